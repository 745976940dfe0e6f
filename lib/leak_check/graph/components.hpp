// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cycles of a directed graph: its strongly connected components, and a short cycle of each.
// Without recursion, and in time that grows with the graph, not with its square.
//
// Deterministic: the same graph gives the same answers. Thread safety: none needed, all is const.

#pragma once

#include "lib/leak_check/memory/scratch.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

using node_id = std::uint32_t;

struct arc {
    node_id to;
    std::uint32_t label;  // the caller's
};

// The arcs of a graph by the node they leave, in the order in which they were given.
class adjacency {
public:
    struct given {
        node_id from;
        arc what;
    };
    adjacency(scratch& memory, std::size_t nodes, std::span<given const> arcs);

    std::size_t size() const noexcept { return begins_.size() - 1; }
    std::span<arc const> operator[](node_id n) const noexcept {
        return {arcs_.data() + begins_[n], begins_[n + 1] - begins_[n]};
    }

private:
    scratch_vector<std::uint32_t> begins_;  // of each node's arcs, and the end of the last ones
    scratch_vector<arc> arcs_;
};

class cyclic_components {
public:
    // Requires: the graph and the memory outlive this object. Throws as scratch does.
    cyclic_components(scratch& memory, adjacency const& graph);

    // How many components contain a cycle, and their nodes.
    std::size_t count() const noexcept { return ends_.size(); }
    std::span<node_id const> nodes(std::size_t component) const noexcept {
        std::size_t const begin = component != 0 ? ends_[component - 1] : 0;
        return {nodes_.data() + begin, ends_[component] - begin};
    }

    // Whether a cycle goes through both.
    bool together(node_id a, node_id b) const noexcept {
        return component_of_[a] != none && component_of_[a] == component_of_[b];
    }

    // Returns: the labels along a short cycle of the component that begins with an arc for which
    //   wanted(label) is true; empty if there is no such arc. Shortest, if the component has at
    //   most most_starts such arcs.
    template <class Wanted>
    scratch_vector<std::uint32_t> short_cycle(std::size_t component, Wanted wanted) const {
        scratch_vector<std::uint32_t> best(memory_);
        std::size_t tried = 0;
        for (node_id const from : nodes(component)) {
            for (arc const& a : graph_[from]) {
                if (together(from, a.to) && wanted(a.label) && tried++ < most_starts) {
                    take_shorter(best, cycle_with(from, a, best.empty() ? SIZE_MAX : best.size()));
                }
            }
        }
        return best;
    }

    static constexpr std::size_t most_starts = 64;

private:
    static constexpr std::uint32_t none = UINT32_MAX;

    scratch& memory_;
    adjacency const& graph_;
    scratch_vector<node_id> nodes_;  // of all components, one after the other
    scratch_vector<std::size_t> ends_;
    scratch_vector<std::uint32_t> component_of_;
    mutable scratch_vector<std::uint32_t> seen_in_;  // the last search that met the node
    mutable std::uint32_t searches_ = 0;

    // Empty when the arc is in no cycle shorter than limit.
    scratch_vector<std::uint32_t> cycle_with(node_id from, arc const& first,
                                             std::size_t limit) const;
    static void take_shorter(scratch_vector<std::uint32_t>& best,
                             scratch_vector<std::uint32_t> const& other);
};

}  // namespace handrail::leak_check
