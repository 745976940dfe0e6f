// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Whether the library may write its own messages to the standard error stream. It may not
//
//  1. if the stream was closed when the library was loaded: its descriptor number then belongs to
//     some file or connection that the program opened later;
//  2. while a guard owns the stream's descriptor: what is written there is the owner's business.
//
// If a program puts another file in its place with dup2(), the messages go to that file.
//
// Thread safety: all functions may be called by any thread.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/base/native_handle.hpp>

namespace handrail::detail {

bool may_write_to_standard_error() noexcept;

// Effects: rule 1 applies from now on.
void mark_standard_error_closed() noexcept;

// Effects: a guard owns the descriptor from now on (rule 2), or does not.
HANDRAIL_API void set_standard_error_guarded(bool guarded) noexcept;

// To be called when a guard takes over a handle that the program opened, and when it hands one
// back.
inline void notify_taken_over(native_handle h) noexcept {
    if (h == standard_error_handle) [[unlikely]] {
        set_standard_error_guarded(true);
    }
}
inline void notify_handed_over(native_handle h) noexcept {
    if (h == standard_error_handle) [[unlikely]] {
        set_standard_error_guarded(false);
    }
}

}  // namespace handrail::detail
