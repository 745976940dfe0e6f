// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Roots: words outside the heap that may keep a heap block alive.
//
//  1. Variables in writable segments become nodes, each with one root that leads to it. A word in
//     no known variable is a root itself.
//  2. Where the program keeps addresses for other reasons than ownership (a C library's own data,
//     memory of unknown use), only words that point to the begin of a block count.
//
// Of x86-64 and glibc: thread-local storage lies below the thread pointer, and what the C library
// keeps of a thread above it. A mapped chunk of malloc begins 16 bytes after its page.

#pragma once

#include "lib/inspect/graph/object_graph.hpp"

#include <vector>

namespace handrail::inspect {

struct found_roots {
    std::vector<node> variables;  // by address, without one twice
    std::vector<root> roots;      // the target of a variable's root is its index in `variables`,
                                  // plus the number of heap blocks
};

found_roots scan_roots(target const& program, heap_blocks const& heap, debug_info const& info);

}  // namespace handrail::inspect
