// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Restores errno when it is destroyed, so that the end of an owner leaves the program's errno
// alone.

#pragma once

#include <cerrno>

namespace handrail::detail {

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
