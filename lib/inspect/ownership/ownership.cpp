// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/ownership/ownership.hpp"

#include <unordered_set>

namespace handrail::inspect {

ownership::ownership(recognition& look)
    : look_(look),
      incoming_(look.graph),
      counts_(look, incoming_),
      reached_(look, counts_),
      rings_(look, incoming_, counts_, reached_) {}

bool ownership::is_proven(std::vector<std::size_t> const& ring) const {
    object_graph const& graph = look_.graph;
    std::unordered_set<node_id> seen;
    std::vector<node_id> left;
    bool has_count = false;
    for (std::size_t const index : ring) {
        reference const& each = graph.references[index];
        if (each.strength != strength::strong) {
            return false;
        }
        has_count = has_count || counts_.of(each.to).has_value();
        if (seen.insert(each.to).second) {
            left.push_back(each.to);
        }
    }
    while (!left.empty()) {
        node_id const at = left.back();
        left.pop_back();
        if (reach(at) != reach::none || !counts_.is_accounted(at)) {
            return false;
        }
        for (std::uint32_t const index : incoming_.to(at)) {
            reference const& each = graph.references[index];
            if (counts_.keeps(each) && seen.insert(each.from).second) {
                left.push_back(each.from);
            }
        }
    }
    return has_count;
}

}  // namespace handrail::inspect
