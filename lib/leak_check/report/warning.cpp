// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/warning.hpp"

#include "lib/leak_check/report/write_out.hpp"
#include "platform/port.hpp"

#include <handrail/detail/base/standard_error.hpp>

#include <string>

namespace handrail::leak_check {

boost::system::error_code write_to_stderr(std::string_view text) noexcept {
    return detail::may_write_to_standard_error() ? written::write_out(port::standard_error(), text)
                                                 : boost::system::error_code();
}

// In one piece where that is possible: other processes may write to the same stream.
void warn(std::string_view text) noexcept {
    constexpr std::string_view begin = "handrail: ", end = "\n";
    try {
        static_cast<void>(write_to_stderr(std::string(begin).append(text).append(end)));
    } catch (...) {
        for (std::string_view const part : {begin, text, end}) {
            static_cast<void>(write_to_stderr(part));
        }
    }
}

}  // namespace handrail::leak_check
