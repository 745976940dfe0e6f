// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cycles of a directed graph: its strongly connected components, and a short cycle of each.
// Without recursion, and in time that grows with the graph, not with its square.
//
// Deterministic: the same graph gives the same answers. Thread safety: none needed, all is const.

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

class cyclic_components {
public:
    // Requires: the graph outlives this object. Throws std::bad_alloc.
    explicit cyclic_components(adjacency const& graph);

    // The components that contain a cycle.
    std::vector<std::vector<node>> const& all() const noexcept { return components_; }

    // Whether a cycle goes through both.
    bool together(node a, node b) const noexcept {
        return component_of_[a] != none && component_of_[a] == component_of_[b];
    }

    // Returns: the labels along a cycle of all()[component], the shortest one if the component has
    //   at most most_starts nodes.
    std::vector<std::uint32_t> short_cycle(std::size_t component) const;

    static constexpr std::size_t most_starts = 64;

private:
    static constexpr std::uint32_t none = UINT32_MAX;

    adjacency const& graph_;
    std::vector<std::vector<node>> components_;
    std::vector<std::uint32_t> component_of_;
    mutable std::vector<std::uint32_t> seen_in_;  // the last search that met the node
    mutable std::uint32_t searches_ = 0;

    std::vector<std::uint32_t> cycle_through(node start, std::size_t limit) const;
};

}  // namespace handrail::leak_check
