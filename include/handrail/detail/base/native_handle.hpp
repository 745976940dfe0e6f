// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The operating system's own name for an open resource: a descriptor on POSIX. Spelt without an OS
// header, so that public headers can use it.

#pragma once

#include <handrail/detail/base/export.hpp>

namespace handrail::detail {

using native_handle = int;
inline constexpr native_handle invalid_native_handle = -1;
inline constexpr native_handle standard_error_handle = 2;

// Effects: from now on the library writes its texts to the standard error stream, or does not.
// Thread safety: any thread.
HANDRAIL_API void set_standard_error_guarded(bool guarded) noexcept;

// Call when a guard takes over a handle that the program opened, and when it gives one back: the
// library writes nothing to a standard error stream that a guard owns.
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
