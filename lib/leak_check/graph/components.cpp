// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/components.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace handrail::leak_check {

namespace {

constexpr std::uint32_t unseen = UINT32_MAX;

bool has_self_arc(adjacency const& graph, node_id n) {
    return std::any_of(graph[n].begin(), graph[n].end(), [&](arc const& a) { return a.to == n; });
}

// Tarjan, "Depth-first search and linear graph algorithms" (1972), with a stack of its own.
class tarjan {
public:
    // Appends what it finds: the nodes of each component, and where they end.
    tarjan(scratch& memory, adjacency const& graph, scratch_vector<node_id>& nodes,
           scratch_vector<std::size_t>& ends)
        : graph_(graph),
          nodes_(nodes),
          ends_(ends),
          order_(graph.size(), unseen, memory),
          low_(graph.size(), 0, memory),
          on_stack_(graph.size(), 0, memory),
          stack_(memory),
          frames_(memory) {
        // Deep graphs are rare, and what is not touched costs nothing; growing does.
        stack_.reserve(graph.size());
        frames_.reserve(graph.size());
    }

    void run() {
        for (node_id n = 0; n != graph_.size(); ++n) {
            if (order_[n] == unseen) {
                visit(n);
            }
        }
    }

private:
    struct frame {
        node_id at;
        std::uint32_t next_arc;
    };

    void visit(node_id root) {
        enter(root);
        while (!frames_.empty()) {
            frame& top = frames_.back();
            if (top.next_arc != graph_[top.at].size()) {
                follow(top.at, graph_[top.at][top.next_arc++].to);
            } else {
                leave(top.at);
            }
        }
    }
    void enter(node_id n) {
        order_[n] = low_[n] = next_order_++;
        stack_.push_back(n);
        on_stack_[n] = true;
        frames_.push_back({n, 0});
    }
    void follow(node_id from, node_id to) {
        if (order_[to] == unseen) {
            enter(to);
        } else if (on_stack_[to]) {
            low_[from] = std::min(low_[from], order_[to]);
        }
    }
    void leave(node_id n) {
        frames_.pop_back();
        if (!frames_.empty()) {
            node_id const parent = frames_.back().at;
            low_[parent] = std::min(low_[parent], low_[n]);
        }
        if (low_[n] == order_[n]) {
            take_component(n);
        }
    }
    void take_component(node_id root) {
        std::size_t const before = nodes_.size();
        do {
            nodes_.push_back(stack_.back());
            on_stack_[stack_.back()] = false;
            stack_.pop_back();
        } while (nodes_.back() != root);
        if (nodes_.size() - before > 1 || has_self_arc(graph_, root)) {
            ends_.push_back(nodes_.size());
        } else {
            nodes_.pop_back();
        }
    }

    adjacency const& graph_;
    scratch_vector<node_id>& nodes_;
    scratch_vector<std::size_t>& ends_;
    scratch_vector<std::uint32_t> order_, low_;
    scratch_vector<char> on_stack_;
    scratch_vector<node_id> stack_;
    scratch_vector<frame> frames_;
    std::uint32_t next_order_ = 0;
};

struct search_step {
    node_id at;
    std::uint32_t from;  // in steps; unseen for the first
    std::uint32_t label;
    std::size_t length;
};

scratch_vector<std::uint32_t> labels_to(scratch_vector<search_step> const& steps,
                                        std::uint32_t last) {
    scratch_vector<std::uint32_t> labels(steps.get_allocator());
    for (auto i = last; i != unseen; i = steps[i].from) {
        labels.push_back(steps[i].label);
    }
    std::reverse(labels.begin(), labels.end());
    return labels;
}

}  // namespace

// Counting sort, which keeps the order.
adjacency::adjacency(scratch& memory, std::size_t nodes, std::span<given const> arcs)
    : begins_(nodes + 1, 0, memory), arcs_(arcs.size(), arc{}, memory) {
    for (given const& each : arcs) {
        ++begins_[each.from + 1];
    }
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    scratch_vector<std::uint32_t> next(begins_);
    for (given const& each : arcs) {
        arcs_[next[each.from]++] = each.what;
    }
}

cyclic_components::cyclic_components(scratch& memory, adjacency const& graph)
    : memory_(memory),
      graph_(graph),
      nodes_(memory),
      ends_(memory),
      component_of_(graph.size(), none, memory),
      seen_in_(graph.size(), 0, memory) {
    tarjan(memory, graph, nodes_, ends_).run();
    for (std::uint32_t i = 0; i != ends_.size(); ++i) {
        for (node_id const n : nodes(i)) {
            component_of_[n] = i;
        }
    }
}

// Breadth first from the arc's end until it comes back to its beginning.
scratch_vector<std::uint32_t> cyclic_components::cycle_with(node_id from, arc const& first,
                                                            std::size_t limit) const {
    scratch_vector<std::uint32_t> labels(memory_);
    if (first.to == from) {
        labels.push_back(first.label);
        return labels;
    }
    std::uint32_t const search = ++searches_;
    scratch_vector<search_step> steps(memory_);
    steps.push_back({first.to, unseen, first.label, 1});
    for (std::uint32_t i = 0; i != steps.size() && steps[i].length + 1 < limit; ++i) {
        search_step const here = steps[i];
        for (arc const& a : graph_[here.at]) {
            if (a.to == from) {
                labels = labels_to(steps, i);
                labels.push_back(a.label);
                return labels;
            }
            if (together(from, a.to) && seen_in_[a.to] != search) {
                seen_in_[a.to] = search;
                steps.push_back({a.to, i, a.label, here.length + 1});
            }
        }
    }
    return labels;
}

void cyclic_components::take_shorter(scratch_vector<std::uint32_t>& best,
                                     scratch_vector<std::uint32_t> const& other) {
    if (!other.empty() && (best.empty() || other.size() < best.size())) {
        best = other;
    }
}

}  // namespace handrail::leak_check
