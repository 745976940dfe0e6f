// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Throws for functions that have an overload with an error_code. Out of line, so that inline code
// stays small.

#pragma once

#include <handrail/detail/base/export.hpp>

#include <boost/system/error_code.hpp>

#include <string_view>

namespace handrail::detail {

// Effects: throws boost::system::system_error with this error; what() begins
//     open "cfg.toml": No such file or directory
//   or, if object is empty, without it and the quotes. Control characters and bytes that are not
//   UTF-8 are escaped in object.
// Requires: error is set.
[[noreturn]] HANDRAIL_API void throw_system_error(boost::system::error_code const& error,
                                                  std::string_view operation,
                                                  std::string_view object = {});

// Effects: if error is set, throws as above.
inline void throw_on_error(boost::system::error_code const& error, std::string_view operation,
                           std::string_view object = {}) {
    if (error.failed()) [[unlikely]] {
        throw_system_error(error, operation, object);
    }
}

}  // namespace handrail::detail
