// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/ownership/incoming.hpp"

namespace handrail::inspect {

incoming_references::incoming_references(object_graph const& graph)
    : first_(graph.nodes.size() + 2, 0), all_(graph.references.size()) {
    // first_[n + 1] is the begin of n while the indices are filled in, and its end afterwards.
    for (reference const& each : graph.references) {
        ++first_[each.to + 2];
    }
    for (std::size_t n = 2; n != first_.size(); ++n) {
        first_[n] += first_[n - 1];
    }
    std::uint32_t index = 0;
    for (reference const& each : graph.references) {
        all_[first_[each.to + 1]++] = index++;
    }
}

}  // namespace handrail::inspect
