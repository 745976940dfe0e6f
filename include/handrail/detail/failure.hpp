// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What handles call when an ending cannot report.

#pragma once

#include <handrail/detail/export.hpp>

#include <boost/system/error_code.hpp>

#include <cerrno>
#include <source_location>

namespace handrail::detail {

// Effects: hands a failed close to the failure handler.
HANDRAIL_API void report_close_failure(boost::system::error_code error,
                                       std::source_location where = {}) noexcept;

// Keeps errno as it was, so that ending an owner changes no error the program is looking at.
class errno_guard {
public:
    errno_guard() noexcept : saved_(errno) {}
    errno_guard(errno_guard const&) = delete;
    errno_guard& operator=(errno_guard const&) = delete;
    ~errno_guard() { errno = saved_; }

private:
    int saved_;
};

}  // namespace handrail::detail
