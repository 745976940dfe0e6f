// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/ownership/rings.hpp"

#include "lib/inspect/ownership/components.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace handrail::inspect {

namespace {

constexpr std::size_t no_step = SIZE_MAX;

// The references by which a search has reached nodes: of a search forward, each leads to its node;
// of one backward, away from it.
using steps = std::unordered_map<node_id, std::size_t>;

}  // namespace

ring_search::ring_search(recognition const& look, incoming_references const& incoming,
                         reference_counts const& counts, reached_nodes const& reached)
    : look_(look),
      incoming_(incoming),
      counts_(counts),
      reached_(reached),
      group_(look.graph.nodes.size(), 0) {
    find_groups();
}

bool ring_search::is_step(reference const& each) const {
    return reached_.reach(each.from) <= reach::stack && reached_.reach(each.to) <= reach::stack &&
           counts_.keeps(each);
}

void ring_search::find_groups() {
    object_graph const& graph = look_.graph;
    components const found(graph, [&](reference const& each) { return is_step(each); });
    std::vector<bool> listed(graph.nodes.size() + 1, false);
    for (node_id at = 0; at != graph.nodes.size(); ++at) {
        auto const own = graph.of(at);
        bool const holds_itself = std::any_of(own.begin(), own.end(), [&](reference const& each) {
            return each.to == at && is_step(each);
        });
        if (!found.is_cyclic(at) && !holds_itself) {
            continue;
        }
        group_[at] = found.of(at) + 1;
        if (reached_.reach(at) == reach::none && !listed[group_[at]]) {
            listed[group_[at]] = true;
            each_group_.push_back(at);
        }
    }
}

std::vector<std::size_t> ring_search::through(node_id at) const {
    if (!is_in_ring(at)) {
        return {};
    }
    object_graph const& graph = look_.graph;
    steps by;
    std::deque<node_id> left{at};
    while (!left.empty()) {
        node_id const from = left.front();
        left.pop_front();
        for (reference const& each : graph.of(from)) {
            auto const index = static_cast<std::size_t>(&each - graph.references.data());
            if (group_[each.to] != group_[at] || !is_step(each)) {
                continue;
            }
            bool const is_new = by.try_emplace(each.to, index).second;
            if (each.to != at) {
                if (is_new) {
                    left.push_back(each.to);
                }
                continue;
            }
            std::vector<std::size_t> ring{index};
            for (node_id back = from; back != at; back = graph.references[ring.back()].from) {
                ring.push_back(by.at(back));
            }
            std::reverse(ring.begin(), ring.end());
            return ring;
        }
    }
    return {};
}

std::optional<kept_by_ring> ring_search::that_keeps(node_id at) const {
    object_graph const& graph = look_.graph;
    steps by{{at, no_step}};
    std::deque<node_id> left{at};
    while (!left.empty()) {
        node_id const to = left.front();
        left.pop_front();
        if (is_in_ring(to)) {
            kept_by_ring found{through(to), {}};
            for (node_id down = to; by.at(down) != no_step;) {
                found.to_node.push_back(by.at(down));
                down = graph.references[by.at(down)].to;
            }
            return found;
        }
        for (std::uint32_t const index : incoming_.to(to)) {
            reference const& each = graph.references[index];
            if (is_step(each) && by.try_emplace(each.from, index).second) {
                left.push_back(each.from);
            }
        }
    }
    return std::nullopt;
}

}  // namespace handrail::inspect
