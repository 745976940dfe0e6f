// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Strongly connected components and shortest cycles of a directed graph, without recursion.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace handrail::leak_check {

using node = std::uint32_t;

struct arc {
    node to;
    std::uint32_t label;  // the caller's
};

using adjacency = std::vector<std::vector<arc>>;

// Returns: the components that contain a cycle, each with its nodes; Tarjan 1972, the recursion unrolled.
std::vector<std::vector<node>> cyclic_components(adjacency const& graph);

// Returns: the labels along a shortest cycle inside the component. Requires: one of cyclic_components(graph).
std::vector<std::uint32_t> shortest_cycle(adjacency const& graph, std::vector<node> const& component);

}  // namespace handrail::leak_check
