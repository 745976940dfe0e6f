// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A directed graph as adjacency lists in two arrays: for each node, the arcs that leave it.
//
// Thread safety: none needed, a graph does not change.

#pragma once

#include "lib/leak_check/memory/scratch.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

using node_id = std::uint32_t;  // the index of a node
inline constexpr node_id no_node = UINT32_MAX;

struct outgoing_arc {
    node_id to;
    std::uint32_t label;  // has a meaning for the caller only
};

class adjacency {
public:
    struct given_arc {
        node_id from;
        outgoing_arc to;
    };
    // Effects: the arcs of a node keep the order in which they are given. Requires: each end of an
    //   arc is less than node_count. Throws as scratch does.
    adjacency(scratch& memory, std::size_t node_count, std::span<given_arc const> arcs);

    std::size_t size() const noexcept { return first_arc_.size() - 1; }
    std::span<outgoing_arc const> operator[](node_id n) const noexcept {
        return {arcs_.data() + first_arc_[n], first_arc_[n + 1] - first_arc_[n]};
    }

private:
    scratch_vector<std::uint32_t> first_arc_;  // by node: index of its first arc; one entry more
    scratch_vector<outgoing_arc> arcs_;
};

}  // namespace handrail::leak_check
