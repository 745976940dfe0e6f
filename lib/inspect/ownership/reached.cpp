// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/ownership/reached.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace handrail::inspect {

namespace {

constexpr std::uint32_t by_root = 0x8000'0000;
constexpr std::uint32_t unreached = UINT32_MAX;

std::uint32_t cost_of(root_kind kind) {
    switch (kind) {
        case root_kind::static_storage: return 0;
        case root_kind::pending:
        case root_kind::kernel: return 1;
        case root_kind::thread_local_storage: return 2;
        case root_kind::stack: return 20;
        case root_kind::mapping: return 30;
    }
    return 30;
}

std::uint32_t cost_of(strength of) {
    return of == strength::strong ? 1 : of == strength::raw ? 4 : 6;
}

bool begins_held(root const& each) {
    return each.kind != root_kind::stack && each.kind != root_kind::pending;
}
bool begins_pending(root const& each) { return each.kind == root_kind::pending; }
bool begins_on_stack(root const& each) { return each.kind == root_kind::stack; }

}  // namespace

reached_nodes::reached_nodes(recognition& look, reference_counts const& counts)
    : look_(look),
      counts_(counts),
      reach_(look.graph.nodes.size(), reach::none),
      state_(look.graph.nodes.size(), operation_state::none),
      cost_(look.graph.nodes.size(), unreached),
      via_(look.graph.nodes.size(), unreached) {
    add_pending_roots();
    mark_from(reach::held, begins_held);
    mark_from(reach::pending, begins_pending);
    mark_from(reach::stack, begins_on_stack);
}

// An io_context counts as alive if anything leads to it. The kernel does not count: it always leads
// to the reactor's descriptors.
std::vector<bool> reached_nodes::reached_without_the_kernel() const {
    std::vector<bool> seen(look_.graph.nodes.size(), false);
    std::vector<node_id> left;
    for (root const& each : look_.graph.roots) {
        if (each.kind != root_kind::kernel && !seen[each.to]) {
            seen[each.to] = true;
            left.push_back(each.to);
        }
    }
    while (!left.empty()) {
        node_id const at = left.back();
        left.pop_back();
        for (reference const& each : look_.graph.of(at)) {
            if (each.strength != strength::weak && !seen[each.to]) {
                seen[each.to] = true;
                left.push_back(each.to);
            }
        }
    }
    return seen;
}

void reached_nodes::add_pending_roots() {
    std::vector<bool> const lives = reached_without_the_kernel();
    for (pending_operation const& each : look_.pending) {
        if (each.never || !lives[each.service]) {
            if (state_[each.operation] == operation_state::none) {
                state_[each.operation] = operation_state::stuck;
            }
        } else if (state_[each.operation] != operation_state::can_complete) {
            state_[each.operation] = operation_state::can_complete;
            look_.graph.roots.push_back({.kind = root_kind::pending, .to = each.operation});
        }
    }
}

bool reached_nodes::is_stale(root const& word) const {
    bool const is_reactors =
        word.kind == root_kind::kernel && look_.graph.nodes[word.to].kind == node_kind::service;
    return is_reactors || (word.kind == root_kind::stack && counts_.is_accounted(word.to));
}

void reached_nodes::enter(queue& waiting, std::uint32_t cost, node_id to, std::uint32_t via) {
    if (reach_[to] != reach::none || cost >= cost_[to]) {
        return;
    }
    cost_[to] = cost;
    via_[to] = via;
    waiting[cost % waiting.size()].push_back({cost, to});
}

bool reached_nodes::may_follow(reference const& through, inspect::reach with) const {
    if (through.strength == strength::weak) {
        return false;
    }
    if (with == reach::held && state_[through.to] == operation_state::can_complete) {
        return false;  // as a root of its own
    }
    return with != reach::stack || through.strength != strength::unknown ||
           !counts_.is_accounted(through.to);
}

void reached_nodes::follow(queue& waiting, std::uint32_t cost, node_id from, inspect::reach with) {
    auto const first =
        static_cast<std::size_t>(look_.graph.of(from).data() - look_.graph.references.data());
    std::size_t index = first;
    for (reference const& each : look_.graph.of(from)) {
        if (may_follow(each, with)) {
            enter(waiting, cost + cost_of(each.strength), each.to,
                  static_cast<std::uint32_t>(index));
        }
        ++index;
    }
}

void reached_nodes::mark_from(inspect::reach with, bool (*begins)(root const&)) {
    queue waiting;
    for (std::uint32_t i = 0; i != look_.graph.roots.size(); ++i) {
        root const& each = look_.graph.roots[i];
        if (begins(each) && !is_stale(each)) {
            enter(waiting, cost_of(each.kind), each.to, i | by_root);
        }
    }
    std::size_t empty_lists = 0;
    for (std::uint32_t now = 0; empty_lists != waiting.size(); ++now) {
        std::vector<item>& ready = waiting[now % waiting.size()];
        empty_lists = ready.empty() ? empty_lists + 1 : 0;
        // Every step costs something: what is entered meanwhile goes to other lists.
        for (auto const& [cost, at] : ready) {
            if (cost == cost_[at] && reach_[at] == reach::none) {
                reach_[at] = with;
                follow(waiting, cost, at, with);
            }
        }
        ready.clear();
    }
}

std::optional<way> reached_nodes::way_to(node_id to) const {
    if (reach_[to] == reach::none) {
        return std::nullopt;
    }
    way found;
    while ((via_[to] & by_root) == 0) {
        found.references.push_back(via_[to]);
        to = look_.graph.references[via_[to]].from;
    }
    found.from_root = via_[to] & ~by_root;
    std::reverse(found.references.begin(), found.references.end());
    return found;
}

}  // namespace handrail::inspect
