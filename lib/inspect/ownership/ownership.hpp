// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Who is kept alive by whom: counts compared with the references that were found, what can be
// reached from roots, and rings of what cannot.
//
//     ownership const owners(look);
//     if (owners.reach(id) == reach::none) {
//         if (auto const kept = owners.ring_that_keeps(id)) …
//
//  1. Reachability decides whether something is leaked. Strong and weak only name the guilty edge.
//  2. A ring is proven only if every count of every counted member is accounted for by references
//     that were found: fewer found than counted means that somebody outside holds it.
//  3. A word on a stack is no root for a counted object whose references are all found elsewhere,
//     nor for a block whose owner is found: it is what a finished call has left behind. The same
//     holds for a word of unknown kind in a block that only a stack leads to.
//  4. A pending operation is a root if it can complete: if anything leads to its io_context, and
//     its timer expires. Operations are reached in no other way as long as they are roots.
//
// Thread safety: const functions may be called at the same time.

#pragma once

#include "lib/inspect/ownership/counts.hpp"
#include "lib/inspect/ownership/incoming.hpp"
#include "lib/inspect/ownership/reached.hpp"
#include "lib/inspect/ownership/rings.hpp"
#include "lib/inspect/recognise/recogniser.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace handrail::inspect {

class ownership {
public:
    // Effects: sets strengths that follow from counts, in look's graph; it adds roots for pending
    //   operations. Requires: look outlives *this.
    explicit ownership(recognition& look);
    ownership(ownership const&) = delete;
    ownership& operator=(ownership const&) = delete;

    inspect::reach reach(node_id of) const { return reached_.reach(of); }

    // Returns: the cheapest way from a root: through references that a reader understands.
    std::optional<way> from_root(node_id to) const { return reached_.way_to(to); }

    // Returns: the shortest ring of references through the node that keep their targets alive;
    //   empty if there is none. Only nodes that no root but stacks leads to have rings.
    std::vector<std::size_t> ring_through(node_id at) const { return rings_.through(at); }

    // Returns: a ring that keeps the node alive, and the way from the ring to it.
    std::optional<kept_by_ring> ring_that_keeps(node_id at) const { return rings_.that_keeps(at); }

    // Returns: nothing if the node is not a counted object, nor its control block.
    std::optional<count_check> counts_of(node_id at) const { return counts_.of(at); }

    // Returns: whether nothing outside keeps the ring: everything that keeps a member, directly or
    //   not, has itself a count that is accounted for, or an owner that was found; and a member of
    //   the ring is counted.
    bool is_proven(std::vector<std::size_t> const& ring) const;

    // Returns: one node of each group of nodes that keep each other alive, if no root leads to it.
    std::vector<node_id> const& unreached_rings() const noexcept { return rings_.each_group(); }

    // Returns: equal numbers for nodes that keep each other alive; 0: the node is in no ring.
    std::uint32_t ring_group_of(node_id at) const { return rings_.group_of(at); }

    // Returns: whether the operation is no root because it cannot complete.
    bool never_completes(node_id operation) const { return reached_.never_completes(operation); }

    // Returns: indices of the references that lead to the node.
    std::span<std::uint32_t const> references_to(node_id at) const { return incoming_.to(at); }

private:
    recognition& look_;
    incoming_references incoming_;
    reference_counts counts_;
    reached_nodes reached_;
    ring_search rings_;
};

}  // namespace handrail::inspect
