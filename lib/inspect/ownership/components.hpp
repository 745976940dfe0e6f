// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Strongly connected components: groups of nodes each of which leads to every other one. The leak
// check has the same algorithm for its own graph, in scratch memory
// (lib/leak_check/graph/cyclic_components.hpp): neither layer may use the other's graph.

#pragma once

#include "lib/inspect/graph/object_graph.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace handrail::inspect {

// Tarjan's algorithm, with a stack of its own instead of recursion.
class components {
public:
    // is_step: whether the search goes through a reference.
    template <class Predicate>
    components(object_graph const& graph, Predicate const& is_step)
        : order_(graph.nodes.size(), 0),
          low_(graph.nodes.size(), 0),
          of_(graph.nodes.size(), open) {
        for (node_id at = 0; at != graph.nodes.size(); ++at) {
            if (order_[at] == 0) {
                search(graph, at, is_step);
            }
        }
        sizes_.resize(count_, 0);
        for (std::uint32_t const each : of_) {
            ++sizes_[each];
        }
    }

    std::uint32_t of(node_id at) const { return of_[at]; }
    // Returns: whether the node leads to itself through another one.
    bool is_cyclic(node_id at) const { return sizes_[of_[at]] > 1; }

private:
    struct visit {
        node_id at;
        std::uint32_t next;  // of its references
    };
    static constexpr std::uint32_t open = UINT32_MAX;

    template <class Predicate>
    void search(object_graph const& graph, node_id from, Predicate const& is_step) {
        enter(from);
        while (!visits_.empty()) {
            auto const [at, next] = visits_.back();
            auto const all = graph.of(at);
            if (next == all.size()) {
                leave(at);
                continue;
            }
            ++visits_.back().next;
            node_id const to = all[next].to;
            if (of_[to] != open || !is_step(all[next])) {
                continue;
            }
            if (order_[to] == 0) {
                enter(to);
            } else {
                low_[at] = std::min(low_[at], order_[to]);
            }
        }
    }
    void enter(node_id at) {
        order_[at] = low_[at] = ++entered_;
        visits_.push_back({at, 0});
        path_.push_back(at);
    }
    void leave(node_id at) {
        visits_.pop_back();
        if (!visits_.empty()) {
            std::uint32_t& low = low_[visits_.back().at];
            low = std::min(low, low_[at]);
        }
        if (low_[at] != order_[at]) {
            return;
        }
        node_id last;
        do {
            last = path_.back();
            path_.pop_back();
            of_[last] = count_;
        } while (last != at);
        ++count_;
    }

    std::vector<std::uint32_t> order_, low_, of_, sizes_;
    std::vector<visit> visits_;
    std::vector<node_id> path_;
    std::uint32_t entered_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace handrail::inspect
