// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Memory that the program has mapped itself: what is writable and is neither a heap, nor a module's
// data, nor a stack.

#pragma once

#include "lib/inspect/graph/thread_memory.hpp"
#include "lib/inspect/heap/heap_blocks.hpp"

#include <vector>

namespace handrail::inspect {

std::vector<extent> other_mappings(target const& program, heap_blocks const& heap,
                                   std::vector<region> const& segments,
                                   std::vector<thread_memory> const& threads);

}  // namespace handrail::inspect
