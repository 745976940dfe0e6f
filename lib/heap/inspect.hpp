// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the leak check asks of heaps.

#pragma once

#include <cstddef>
#include <vector>

namespace handrail::detail {

// Objects that only each other keep alive, and one cycle among them.
struct uncollected {
    std::size_t objects;
    std::vector<char const*>
        cycle;  // the types, mangled; each refers to the next, the last to the first
};

// Returns: the garbage of all heaps on which nothing has ever made a pass, and which none is going
//   to make by itself. Nothing is changed. Errors: throws std::bad_alloc.
std::vector<uncollected> find_uncollected();

}  // namespace handrail::detail
