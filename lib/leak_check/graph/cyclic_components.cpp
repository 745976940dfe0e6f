// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/cyclic_components.hpp"

#include <algorithm>

namespace handrail::leak_check {

namespace {

constexpr std::uint32_t unvisited = UINT32_MAX;

bool has_self_arc(adjacency const& graph, node_id n) {
    return std::any_of(graph[n].begin(), graph[n].end(),
                       [&](outgoing_arc const& a) { return a.to == n; });
}

// R. E. Tarjan, "Depth-first search and linear graph algorithms" (1972), with an explicit stack of
// frames instead of recursion. Names of its paper: order_ is NUMBER, low_ is LOWLINK.
class tarjan {
public:
    // Appends to nodes those of each cyclic component, and to ends the size of nodes after each.
    tarjan(scratch& memory, adjacency const& graph, scratch_vector<node_id>& nodes,
           scratch_vector<std::size_t>& ends)
        : graph_(graph),
          nodes_(nodes),
          ends_(ends),
          order_(graph.size(), unvisited, memory),
          low_(graph.size(), 0, memory),
          on_stack_(graph.size(), 0, memory),
          stack_(memory),
          frames_(memory) {
        // Untouched memory costs nothing, and few graphs are deep; growing a vector in scratch
        // memory would cost what it leaves behind.
        stack_.reserve(graph.size());
        frames_.reserve(graph.size());
    }

    void run() {
        for (node_id n = 0; n != graph_.size(); ++n) {
            if (order_[n] == unvisited) {
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
        if (order_[to] == unvisited) {
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
            pop_component(n);
        }
    }
    void pop_component(node_id root) {
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

}  // namespace

cyclic_components::cyclic_components(scratch& memory, adjacency const& graph)
    : nodes_(memory), ends_(memory), component_of_(graph.size(), none, memory) {
    tarjan(memory, graph, nodes_, ends_).run();
    for (std::uint32_t i = 0; i != ends_.size(); ++i) {
        for (node_id const n : nodes(i)) {
            component_of_[n] = i;
        }
    }
}

}  // namespace handrail::leak_check
