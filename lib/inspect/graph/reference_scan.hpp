// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The words in heap blocks and variables that point to heap blocks.

#pragma once

#include "lib/inspect/graph/object_graph.hpp"

#include <vector>

namespace handrail::inspect {

// Returns: by node, then by offset.
std::vector<reference> scan_references(memory const& words, heap_blocks const& heap,
                                       std::vector<node> const& nodes);

}  // namespace handrail::inspect
