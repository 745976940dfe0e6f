// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Whether the library may write its own messages to the standard error stream. It may not
//
//  1. if the stream was closed when the library was loaded: its descriptor number then belongs to
//     some file or connection that the program opened later;
//  2. from the moment on when a guard owns the stream's descriptor, until the guard releases it:
//     what is written there is the owner's business; once the guard has closed it, the number
//     belongs to whatever the program opens next.
//
// If a program puts another file in its place with dup2(), the messages go to that file.
//
// Thread safety: all functions may be called by any thread.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/base/native_handle.hpp>

namespace handrail::detail {

bool may_write_to_standard_error() noexcept;

// Effects: point 1 applies from now on.
void mark_standard_error_closed() noexcept;

// Effects: a guard owns the descriptor from now on (point 2), or does not.
HANDRAIL_API void set_standard_error_guarded(bool guarded) noexcept;

// Call the first when a guard gets a handle that the program opened, the second when it gives one
// back. Effects: none, unless the handle is that of the standard error stream.
inline void guard_if_standard_error(native_handle h) noexcept {
    if (h == standard_error_handle) [[unlikely]] {
        set_standard_error_guarded(true);
    }
}
inline void unguard_if_standard_error(native_handle h) noexcept {
    if (h == standard_error_handle) [[unlikely]] {
        set_standard_error_guarded(false);
    }
}

}  // namespace handrail::detail
