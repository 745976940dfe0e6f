// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What handles call when an ending cannot report.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/track/track.hpp>

#include <boost/system/error_code.hpp>

#include <cerrno>
#include <source_location>

namespace handrail::detail {

// Effects: hands the failed close of what the guard owned to the failure handler. guard is an
//   address only: the guard may be gone. Allocates: nothing.
HANDRAIL_API void report_close_failure(boost::system::error_code error, track::resource const& what,
                                       void const* guard) noexcept;
// The same for a close that was deferred there.
HANDRAIL_API void report_close_failure(boost::system::error_code error, track::resource const& what,
                                       track::opening const& opened,
                                       std::source_location deferred) noexcept;

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
