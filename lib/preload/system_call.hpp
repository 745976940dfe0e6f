// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// System calls of the library's own. They go past what the program, a sanitizer or another
// preloaded library has in the place of libc's functions, and they are no cancellation points.

#pragma once

#include <cerrno>
#include <cstddef>

#include <unistd.h>

namespace handrail::preload {

// While it exists, errno may change; then it is as before.
class kept_errno {
public:
    kept_errno() noexcept : before_(errno) {}
    kept_errno(kept_errno const&) = delete;
    kept_errno& operator=(kept_errno const&) = delete;
    ~kept_errno() { errno = before_; }

private:
    int before_;
};

inline long as_argument(long value) noexcept { return value; }
inline long as_argument(void const* address) noexcept { return reinterpret_cast<long>(address); }
inline long as_argument(std::nullptr_t) noexcept { return 0; }

// Returns: what the kernel returns, or -1. Requires: a kept_errno.
template <class... Arguments>
long system_call(long number, Arguments... arguments) noexcept {
    return ::syscall(number, as_argument(arguments)...);
}

// The same, until no signal has interrupted it.
template <class... Arguments>
long restarted_call(long number, Arguments... arguments) noexcept {
    long result = 0;
    do {
        result = system_call(number, arguments...);
    } while (result == -1 && errno == EINTR);
    return result;
}

}  // namespace handrail::preload
