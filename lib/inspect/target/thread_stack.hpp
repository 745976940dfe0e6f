// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The stack that glibc has made for a thread, as the thread's control block says. The mappings do
// not say it: since glibc 2.42 a guard is no mapping of its own (MADV_GUARD_INSTALL), so stacks
// that lie side by side are one.
//
// Thread safety: all functions.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <cstdint>
#include <span>

#include <sys/types.h>

namespace handrail::inspect {

// Returns: the stack without its guard, up to the control block, whose words are given; empty if
//   pthread_create(3) has not made it.
extent stack_in(std::span<std::uint64_t const> control_block, address thread_pointer) noexcept;

// The same, of a thread of a process that runs or is stopped; empty, too, if it cannot be read.
extent thread_stack(pid_t process, address thread_pointer) noexcept;

}  // namespace handrail::inspect
