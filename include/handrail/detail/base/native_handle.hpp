// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The operating system's own name for an open resource: a descriptor on POSIX, a HANDLE on Windows.
// Spelt without an OS header, so that public headers can use it.

#pragma once

#include <handrail/detail/base/export.hpp>

namespace handrail::detail {

#if defined(_WIN32)
using native_handle = void*;
inline native_handle const invalid_native_handle =
    reinterpret_cast<void*>(static_cast<long long>(-1));  // INVALID_HANDLE_VALUE
inline native_handle const standard_error_handle =
    reinterpret_cast<void*>(static_cast<long long>(-12));  // STD_ERROR_HANDLE
#else
using native_handle = int;
inline constexpr native_handle invalid_native_handle = -1;
inline constexpr native_handle standard_error_handle = 2;
#endif

// A guard takes over a handle that the program opened, or gives one back: the library writes
// nothing to a standard error stream that a guard owns.
HANDRAIL_API void note_taken_over(native_handle h) noexcept;
HANDRAIL_API void note_handed_over(native_handle h) noexcept;

}  // namespace handrail::detail
