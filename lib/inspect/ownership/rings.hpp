// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Rings of references that keep their targets alive, among nodes that no root but stacks leads to.

#pragma once

#include "lib/inspect/ownership/reached.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace handrail::inspect {

struct kept_by_ring {
    std::vector<std::size_t> ring;
    std::vector<std::size_t> to_node;  // empty: the node is in the ring
};

class ring_search {
public:
    ring_search(recognition const& look, incoming_references const& incoming,
                reference_counts const& counts, reached_nodes const& reached);

    std::vector<std::size_t> through(node_id at) const;
    std::optional<kept_by_ring> that_keeps(node_id at) const;
    std::vector<node_id> const& each_group() const noexcept { return each_group_; }
    // Returns: equal numbers for nodes that keep each other alive; 0: the node is in no ring.
    std::uint32_t group_of(node_id at) const { return group_[at]; }

private:
    // Whether the search goes through the reference: it keeps its target alive, and both ends may
    // be in a ring.
    bool is_step(reference const& each) const;
    bool is_in_ring(node_id at) const { return group_[at] != 0; }
    void find_groups();

    recognition const& look_;
    incoming_references const& incoming_;
    reference_counts const& counts_;
    reached_nodes const& reached_;
    std::vector<std::uint32_t> group_;  // of nodes that keep each other alive; 0: none
    std::vector<node_id> each_group_;
};

}  // namespace handrail::inspect
