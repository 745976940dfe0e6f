// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the POSIX files of the port share: how a call is made and how its errors are told.

#pragma once

#include "platform/port.hpp"

#include <boost/system/error_code.hpp>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string_view>

#include <sys/types.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

static_assert(sizeof(off_t) == 8, "build with -D_FILE_OFFSET_BITS=64");

inline error_code system_error_code(int value) noexcept {
    return {value, boost::system::system_category()};
}
inline error_code last_error() noexcept { return system_error_code(errno); }

// Returns: the result of call(), made again as long as a signal interrupts it (signal(7)). Never
//   for close.
template <class Call>
auto retried(Call call) noexcept {
    auto result = call();
    while (result == -1 && errno == EINTR) {
        result = call();
    }
    return result;
}

// Effects: sets ec from the result of a system call that says -1 for an error.
template <class Result>
bool succeeded(Result result, error_code& ec) noexcept {
    ec = result == -1 ? last_error() : error_code{};
    return result != -1;
}

inline error_code result_code(int result) noexcept {
    error_code ec;
    succeeded(result, ec);
    return ec;
}

// A path as system calls want it: terminated, on the stack.
class terminated_path {
public:
    terminated_path(std::string_view path, error_code& ec) noexcept {
        ec = {};
        if (path.find('\0') != path.npos) {
            ec = system_error_code(EINVAL);  // the system would take the part before it
        } else if (path.size() >= text_.size()) {
            ec = system_error_code(ENAMETOOLONG);
        } else {
            std::memcpy(text_.data(), path.data(), path.size());
            text_[path.size()] = '\0';
        }
    }
    char const* c_str() const noexcept { return text_.data(); }

private:
    std::array<char, PATH_MAX> text_;  // not initialised: only what is used is written
};

// Returns: whether h is a directory. Requires: h has just been opened for reading.
bool refers_to_directory(handle h) noexcept;

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
