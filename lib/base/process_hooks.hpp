// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the lowest layers need from the process although they may not use the port. Declared here,
// defined by the composition root (lib/startup.cpp), which hands the port's primitives in.

#pragma once

#include <cstddef>
#include <string_view>

namespace handrail::detail::host {

// Effects: once per process, connects the layers (fork and environment); later calls do nothing.
//   The shared library does it when it is loaded; a static one is pulled in by this reference.
void ensure_started() noexcept;

// Effects: writes to the standard error stream, if that may take texts of the library's own
//   (standard_error.hpp): as much as it takes without waiting. No signal comes of it.
void say(std::string_view text) noexcept;

// Effects: when the calling thread exits, calls fn(argument). Returns: whether that is arranged.
bool at_thread_exit(void (*fn)(void*) noexcept, void* argument) noexcept;

// Returns: size bytes of zeroed memory for as long as the process lives, apart from the allocator
//   of the program; null when memory is short.
void* process_memory(std::size_t size) noexcept;

}  // namespace handrail::detail::host
