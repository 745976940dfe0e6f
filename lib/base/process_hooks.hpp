// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the lowest layers need from the process, although they may not use the port: declared here,
// and defined with the port's primitives by the composition root (lib/startup.cpp).
//
// Thread safety: any thread may call any function.

#pragma once

#include <cstddef>
#include <string_view>

namespace handrail::detail::process_hooks {

// Effects: the first call in the process connects the layers (fork handlers, settings from the
//   environment); later calls do nothing. The library calls it when it is loaded. In a static
//   library this reference makes the linker take lib/startup.cpp.
void ensure_started() noexcept;

// Effects: writes to the standard error stream, if the library may write there
//   (standard_error.hpp): as much as the stream takes without waiting. Raises no signal.
void say(std::string_view text) noexcept;

// Effects: when the calling thread exits, calls fn(argument).
// Returns: false when memory is short: it is not called then.
bool at_thread_exit(void (*fn)(void*) noexcept, void* argument) noexcept;

// Returns: size bytes of zeroed memory that is never freed and does not come from the allocator of
//   the program; null when memory is short.
void* process_memory(std::size_t size) noexcept;

}  // namespace handrail::detail::process_hooks
