// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The references that lead to each node.

#pragma once

#include "lib/inspect/graph/object_graph.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace handrail::inspect {

class incoming_references {
public:
    explicit incoming_references(object_graph const& graph);

    // Returns: indices of references.
    std::span<std::uint32_t const> to(node_id at) const {
        return std::span(all_).subspan(first_[at], first_[at + 1] - first_[at]);
    }

private:
    std::vector<std::uint32_t> first_;
    std::vector<std::uint32_t> all_;
};

}  // namespace handrail::inspect
