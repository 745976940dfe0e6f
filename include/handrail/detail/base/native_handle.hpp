// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The operating system's identifier of an open resource: on POSIX a file descriptor. Declared
// without an OS header, so that public headers can use it.

#pragma once

namespace handrail::detail {

using native_handle = int;
inline constexpr native_handle invalid_native_handle = -1;
inline constexpr native_handle standard_error_handle = 2;

}  // namespace handrail::detail
