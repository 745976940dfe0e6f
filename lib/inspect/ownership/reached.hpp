// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What can be reached from roots, and the ways there.

#pragma once

#include "lib/inspect/ownership/counts.hpp"
#include "lib/inspect/recognise/recogniser.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace handrail::inspect {

enum class reach : std::uint8_t {
    none,     // no root leads to it
    stack,    // only words on stacks do
    pending,  // only operations that can complete do, and stacks
    held,     // another root does: static or thread-local storage
};

// One way through the graph: indices of references, each from the target of the one before.
struct way {
    std::optional<std::size_t> from_root{};  // index of a root; empty: begins at a node
    std::vector<std::size_t> references{};
};

class reached_nodes {
public:
    // Effects: adds roots for pending operations that can complete to look's graph.
    reached_nodes(recognition& look, reference_counts const& counts);

    inspect::reach reach(node_id of) const { return reach_[of]; }
    std::optional<way> way_to(node_id to) const;
    bool never_completes(node_id operation) const {
        return state_[operation] == operation_state::stuck;
    }

private:
    enum class operation_state : std::uint8_t { none, can_complete, stuck };
    using item = std::pair<std::uint32_t, node_id>;  // cost, node
    // Costs of one step are at most 30, so that 32 lists are a queue by cost.
    using queue = std::array<std::vector<item>, 32>;

    std::vector<bool> reached_without_the_kernel() const;
    void add_pending_roots();
    void mark_from(inspect::reach with, bool (*begins)(root const&));
    void enter(queue& waiting, std::uint32_t cost, node_id to, std::uint32_t via);
    void follow(queue& waiting, std::uint32_t cost, node_id from, inspect::reach with);
    bool may_follow(reference const& through, inspect::reach with) const;
    bool is_stale(root const& word) const;

    recognition& look_;
    reference_counts const& counts_;
    std::vector<inspect::reach> reach_;
    std::vector<operation_state> state_;
    std::vector<std::uint32_t> cost_;
    std::vector<std::uint32_t> via_;  // index of a reference, or of a root and the highest bit
};

}  // namespace handrail::inspect
