// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cyclic components of a directed graph: its strongly connected components that contain a
// cycle, that is, those of two or more nodes and those of one node with an arc to itself.
//
//  1. Nothing recurses, so that a deep graph needs no deep stack.
//  2. The time is linear in the nodes and arcs.
//  3. The same graph gives the same components in the same order.
//
// lib/inspect/ownership/components.hpp has the same algorithm for the graph of an inspected
// program.
//
// Thread safety: none needed, all is const after construction.

#pragma once

#include "lib/leak_check/graph/adjacency.hpp"
#include "lib/leak_check/memory/scratch.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

class cyclic_components {
public:
    // Throws as scratch does.
    cyclic_components(scratch& memory, adjacency const& graph);

    std::size_t count() const noexcept { return ends_.size(); }
    std::span<node_id const> nodes(std::size_t component) const noexcept {
        std::size_t const begin = component != 0 ? ends_[component - 1] : 0;
        return {nodes_.data() + begin, ends_[component] - begin};
    }

    // Returns: whether both nodes are in one cyclic component.
    bool in_same_component(node_id a, node_id b) const noexcept {
        return component_of_[a] != none && component_of_[a] == component_of_[b];
    }

private:
    static constexpr std::uint32_t none = UINT32_MAX;

    scratch_vector<node_id> nodes_;     // those of the first component, then those of the second, …
    scratch_vector<std::size_t> ends_;  // by component: the end of its part of nodes_
    scratch_vector<std::uint32_t> component_of_;  // by node
};

}  // namespace handrail::leak_check
