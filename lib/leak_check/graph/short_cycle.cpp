// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/short_cycle.hpp"

#include <algorithm>
#include <utility>

namespace handrail::leak_check {

namespace {

constexpr std::uint32_t no_step = UINT32_MAX;

// A node that the search has reached.
struct search_step {
    node_id at;
    std::uint32_t previous;  // index of the step that led here; no_step for the first
    std::uint32_t label;     // of the arc that led here
    std::size_t length;      // of the path to here, in arcs
};

scratch_vector<std::uint32_t> labels_to(scratch_vector<search_step> const& steps,
                                        std::uint32_t last) {
    scratch_vector<std::uint32_t> labels(steps.get_allocator());
    for (auto i = last; i != no_step; i = steps[i].previous) {
        labels.push_back(steps[i].label);
    }
    std::reverse(labels.begin(), labels.end());
    return labels;
}

}  // namespace

short_cycle_search::short_cycle_search(scratch& memory, adjacency const& graph,
                                       cyclic_components const& components)
    : memory_(memory),
      graph_(graph),
      components_(components),
      visited_by_(graph.size(), 0, memory) {}

void short_cycle_search::replace_if_shorter(scratch_vector<std::uint32_t>& shortest, node_id from,
                                            outgoing_arc const& first) {
    std::size_t const limit = shortest.empty() ? SIZE_MAX : shortest.size();
    auto found = cycle_through(from, first, limit);
    if (!found.empty() && found.size() < limit) {
        shortest = std::move(found);
    }
}

// Breadth first, from the end of the arc until the search returns to its beginning.
// Returns: empty if there is no cycle with fewer than limit arcs.
scratch_vector<std::uint32_t> short_cycle_search::cycle_through(node_id from,
                                                                outgoing_arc const& first,
                                                                std::size_t limit) {
    scratch_vector<std::uint32_t> labels(memory_);
    if (first.to == from) {
        labels.push_back(first.label);
        return labels;
    }
    std::uint32_t const search = ++searches_;
    scratch_vector<search_step> steps(memory_);
    steps.push_back({first.to, no_step, first.label, 1});
    for (std::uint32_t i = 0; i != steps.size() && steps[i].length + 1 < limit; ++i) {
        search_step const here = steps[i];
        for (outgoing_arc const& next : graph_[here.at]) {
            if (next.to == from) {
                labels = labels_to(steps, i);
                labels.push_back(next.label);
                return labels;
            }
            if (components_.in_same_component(from, next.to) && visited_by_[next.to] != search) {
                visited_by_[next.to] = search;
                steps.push_back({next.to, i, next.label, here.length + 1});
            }
        }
    }
    return labels;
}

}  // namespace handrail::leak_check
