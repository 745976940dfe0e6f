// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/findings/lost_owner.hpp"

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <vector>

namespace handrail::inspect {

namespace {

// The way back to `to` from the node where the search has ended.
std::vector<std::size_t> way_down(std::unordered_map<node_id, std::size_t> const& by, node_id from,
                                  node_id to, object_graph const& graph) {
    std::vector<std::size_t> way;
    for (node_id at = from; at != to; at = graph.references[way.back()].to) {
        way.push_back(by.at(at));
    }
    return way;
}

}  // namespace

std::optional<kept_by_ring> ring_that_leads_to(recognition const& look, ownership const& owners,
                                               node_id at) {
    if (auto kept = owners.ring_that_keeps(at)) {
        return kept;
    }
    std::unordered_map<node_id, std::size_t> by;  // through which reference a node leads to `at`
    std::deque<node_id> queue{at};
    while (!queue.empty()) {
        node_id const next = queue.front();
        queue.pop_front();
        if (owners.ring_group_of(next) != 0) {
            return kept_by_ring{owners.ring_through(next), way_down(by, next, at, look.graph)};
        }
        for (std::uint32_t const each : owners.references_to(next)) {
            reference const& r = look.graph.references[each];
            if (r.strength != strength::weak && r.from != at &&
                by.try_emplace(r.from, each).second) {
                queue.push_back(r.from);
            }
        }
    }
    return std::nullopt;
}

}  // namespace handrail::inspect
