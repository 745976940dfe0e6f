// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/base/throw.hpp>

#include "lib/base/escaping.hpp"

#include <boost/system/system_error.hpp>

#include <string>

namespace handrail::detail {

namespace {

std::string described(std::string_view operation, std::string_view object) {
    std::string text(operation);
    if (!object.empty()) {
        text.append(" \"").append(escaped(object)).append("\"");
    }
    return text;
}

}  // namespace

// system_error appends the message of the code. The code is copied without the source location in
// Asio that it may have, which would make the message hard to read.
void throw_system_error(boost::system::error_code const& error, std::string_view operation,
                        std::string_view object) {
    throw boost::system::system_error({error.value(), error.category()},
                                      described(operation, object));
}

}  // namespace handrail::detail
