// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// For the leak check: garbage of heaps that the program never collects.

#pragma once

#include <cstddef>
#include <vector>

namespace handrail::detail {

// Objects that only references between them keep alive, and one cycle among them.
struct uncollected_component {
    std::vector<void const*> objects;  // their addresses

    // Mangled names of types. An object of each refers to one of the next, the last to the first.
    std::vector<char const*> cycle;
};

// Returns: the garbage of each heap that has never been collected and that is not collected
//   automatically. Nothing is changed. Blocks while a pass decides. Errors: throws std::bad_alloc.
std::vector<uncollected_component> find_uncollected_components();

}  // namespace handrail::detail
