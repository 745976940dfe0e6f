// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How the throwing half of an overload pair throws: out of line, so that the inline code stays
// small.

#pragma once

#include <handrail/detail/base/export.hpp>

#include <boost/system/error_code.hpp>

#include <string_view>

namespace handrail::detail {

// Effects: throws boost::system::system_error with this error; what() begins
//     open "cfg.toml": No such file or directory
// (no quotes when object is empty). Control characters and bytes that are not UTF-8 are escaped in
// object.
// Requires: error is set.
[[noreturn]] HANDRAIL_API void throw_system_error(boost::system::error_code const& error,
                                                  std::string_view operation,
                                                  std::string_view object = {});

// Effects: throws as above if error is set, else nothing.
inline void throw_on_error(boost::system::error_code const& error, std::string_view operation,
                           std::string_view object = {}) {
    if (error.failed()) [[unlikely]] {
        throw_system_error(error, operation, object);
    }
}

}  // namespace handrail::detail
