// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where threads have their stacks and thread-local variables.

#pragma once

#include "lib/inspect/target/target.hpp"

#include <vector>

namespace handrail::inspect {

struct thread_memory {
    extent stack{};    // from the stack pointer up
    extent local{};    // thread-local variables, and what the C library keeps of the thread
    extent mapping{};  // the region around the stack
};

// Returns: one for each of the program's threads, in their order. Of what is not known, an empty
//   extent.
std::vector<thread_memory> memory_of_threads(target const& program);

}  // namespace handrail::inspect
