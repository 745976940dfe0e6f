// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A short cycle of a cyclic component: the example that a finding shows. A component of a thousand
// nodes may have a cycle of two.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/graph/adjacency.hpp"
#include "lib/leak_check/graph/cyclic_components.hpp"
#include "lib/leak_check/memory/scratch.hpp"

#include <cstddef>
#include <cstdint>

namespace handrail::leak_check {

class short_cycle_search {
public:
    // Requires: all three outlive this object. Throws as scratch does.
    short_cycle_search(scratch& memory, adjacency const& graph,
                       cyclic_components const& components);

    // Returns: the labels along a cycle of the component. It begins with an arc for whose label
    //   wanted returns true; empty if the component has no such arc. No such cycle is shorter, if
    //   the component has at most max_searches such arcs. Throws as scratch does.
    template <class Wanted>
    scratch_vector<std::uint32_t> find(std::size_t component, Wanted wanted) {
        scratch_vector<std::uint32_t> shortest(memory_);
        std::size_t searches = 0;
        for (node_id const from : components_.nodes(component)) {
            for (outgoing_arc const& first : graph_[from]) {
                if (components_.in_same_component(from, first.to) && wanted(first.label) &&
                    searches++ < max_searches) {
                    replace_if_shorter(shortest, from, first);
                }
            }
        }
        return shortest;
    }

    static constexpr std::size_t max_searches = 64;  // a search may visit the whole component

private:
    void replace_if_shorter(scratch_vector<std::uint32_t>& shortest, node_id from,
                            outgoing_arc const& first);
    scratch_vector<std::uint32_t> cycle_through(node_id from, outgoing_arc const& first,
                                                std::size_t limit);

    scratch& memory_;
    adjacency const& graph_;
    cyclic_components const& components_;
    scratch_vector<std::uint32_t> visited_by_;  // by node: the last search that visited it
    std::uint32_t searches_ = 0;
};

}  // namespace handrail::leak_check
