// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which parts of stacks are not in use.
//
// Thread safety: all functions.

#pragma once

#include "lib/inspect/target/target.hpp"

#include <span>
#include <vector>

namespace handrail::inspect {

// Returns: the parts of stacks that are not in use: below the stack pointer (and what a function
//   may use below it, on x86-64 128 bytes) of the main thread, and of each thread on the stack that
//   pthread_create(3) has made for it. Stacks that the program itself has made, such as a fiber's,
//   are not among them.
std::vector<extent> unused_stack(std::span<region const> regions, std::span<thread const> threads);

}  // namespace handrail::inspect
