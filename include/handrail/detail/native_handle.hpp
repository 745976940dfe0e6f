// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The operating system's own name for an open resource: a descriptor on POSIX, a HANDLE on Windows.
// Spelt without an OS header, so that public headers can use it.

#pragma once

namespace handrail::detail {

#if defined(_WIN32)
using native_handle = void*;
inline native_handle const invalid_native_handle =
    reinterpret_cast<void*>(static_cast<long long>(-1));  // INVALID_HANDLE_VALUE
#else
using native_handle = int;
inline constexpr native_handle invalid_native_handle = -1;
#endif

}  // namespace handrail::detail
