// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The findings about the cyclic components of the retention graph: which cycle a finding shows,
// what its subject is, and how many references keep that alive.
//
//  1. The cycle shown passes through a cleanup, if one of the component does; else through a
//     reference that the conservative scan has found. Edges alone are the collector's to break, and
//     a component of these and of containment is not reported.
//  2. The cycle begins with its oldest registration; without one, with its oldest node; with
//     objects of std::shared_ptr in it, whose age nobody knows, where the sequence of types and of
//     the offsets of references is least.
//  3. A component is not reported if mark_intentional() has marked its subject, an object in it,
//     or a handle in one of these.
//  4. A component of objects of std::shared_ptr without handles in them is reported only if it
//     keeps a managed object alive, or an object with a handle in it.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/graph/adjacency.hpp"
#include "lib/leak_check/graph/cyclic_components.hpp"
#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/graph/short_cycle.hpp"
#include "lib/leak_check/memory/scratch.hpp"

#include <cstddef>
#include <span>

namespace handrail::leak_check {

class component_findings {
public:
    // Searches the graph that has the first arc_count arcs only. Throws as scratch does.
    component_findings(scratch& memory, graph const& g, std::size_t arc_count);

    std::size_t count() const noexcept { return components_.count(); }
    std::span<node_id const> nodes(std::size_t component) const noexcept {
        return components_.nodes(component);
    }

    // Effects: adds a cycle of the component and its steps to found, unless the component is not
    //   reported (above), or its newest registration is older than since (without a registration:
    //   its newest node).
    // Returns: whether it did. Throws as scratch does.
    bool add(std::size_t component, entry_id since, raw_findings& found);

private:
    using path = scratch_vector<arc const*>;
    using nodes_view = std::span<node_id const>;

    path path_of(std::size_t component);
    std::ptrdiff_t least_begin(path const& cycle) const noexcept;
    node_id subject_of(path const& cycle, nodes_view component) const;
    node_id reachable_subject(nodes_view component) const;
    bool is_intentional(node_id n) const noexcept;
    bool is_intentional(nodes_view component, node_id subject) const noexcept;
    entry_id newest_id(nodes_view component, node_id subject) const;
    void count_references(nodes_view component, raw_cycle& cycle) const;

    bool holds_handle(node_id n) const noexcept { return graph_.describe(n).handle != 0; }
    // Calls fn with each arc within the component.
    template <class Fn>
    void for_each_arc(nodes_view component, Fn fn) const;

    scratch& memory_;
    graph const& graph_;
    adjacency adjacency_;  // an arc's label is its index in graph_
    cyclic_components components_;
    short_cycle_search short_cycles_;
    bool precise_;
};

}  // namespace handrail::leak_check
