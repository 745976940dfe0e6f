// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/adjacency.hpp"

#include <numeric>

namespace handrail::leak_check {

// A counting sort by source, which is stable.
adjacency::adjacency(scratch& memory, std::size_t node_count, std::span<given_arc const> arcs)
    : first_arc_(node_count + 1, 0, memory), arcs_(arcs.size(), outgoing_arc{}, memory) {
    for (given_arc const& each : arcs) {
        ++first_arc_[each.from + 1];
    }
    std::partial_sum(first_arc_.begin(), first_arc_.end(), first_arc_.begin());
    scratch_vector<std::uint32_t> next(first_arc_);
    for (given_arc const& each : arcs) {
        arcs_[next[each.from]++] = each.to;
    }
}

}  // namespace handrail::leak_check
