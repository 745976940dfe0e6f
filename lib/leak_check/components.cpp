// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/components.hpp"

#include <algorithm>
#include <utility>

namespace handrail::leak_check {

namespace {

constexpr std::uint32_t unseen = UINT32_MAX;

bool has_self_arc(adjacency const& graph, node n) {
    return std::any_of(graph[n].begin(), graph[n].end(), [&](arc const& a) { return a.to == n; });
}

// Tarjan, "Depth-first search and linear graph algorithms" (1972), with a stack of its own.
class tarjan {
public:
    explicit tarjan(adjacency const& graph)
        : graph_(graph),
          order_(graph.size(), unseen),
          low_(graph.size()),
          on_stack_(graph.size()) {}

    std::vector<std::vector<node>> run() {
        for (node n = 0; n != graph_.size(); ++n) {
            if (order_[n] == unseen) {
                visit(n);
            }
        }
        return std::move(found_);
    }

private:
    struct frame {
        node at;
        std::size_t next_arc;
    };

    void visit(node root) {
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
    void enter(node n) {
        order_[n] = low_[n] = next_order_++;
        stack_.push_back(n);
        on_stack_[n] = true;
        frames_.push_back({n, 0});
    }
    void follow(node from, node to) {
        if (order_[to] == unseen) {
            enter(to);
        } else if (on_stack_[to]) {
            low_[from] = std::min(low_[from], order_[to]);
        }
    }
    void leave(node n) {
        frames_.pop_back();
        if (!frames_.empty()) {
            node const parent = frames_.back().at;
            low_[parent] = std::min(low_[parent], low_[n]);
        }
        if (low_[n] == order_[n]) {
            take_component(n);
        }
    }
    void take_component(node root) {
        std::vector<node> component;
        do {
            component.push_back(stack_.back());
            on_stack_[stack_.back()] = false;
            stack_.pop_back();
        } while (component.back() != root);
        if (component.size() > 1 || has_self_arc(graph_, root)) {
            found_.push_back(std::move(component));
        }
    }

    adjacency const& graph_;
    std::vector<std::uint32_t> order_, low_;
    std::vector<bool> on_stack_;
    std::vector<node> stack_;
    std::vector<frame> frames_;
    std::uint32_t next_order_ = 0;
    std::vector<std::vector<node>> found_;
};

struct search_step {
    node at;
    std::uint32_t from;  // in steps; unseen for the start
    std::uint32_t label;
    std::size_t length;
};

std::vector<std::uint32_t> labels_to(std::vector<search_step> const& steps, std::uint32_t last) {
    std::vector<std::uint32_t> labels;
    for (auto i = last; steps[i].from != unseen; i = steps[i].from) {
        labels.push_back(steps[i].label);
    }
    std::reverse(labels.begin(), labels.end());
    return labels;
}

}  // namespace

cyclic_components::cyclic_components(adjacency const& graph)
    : graph_(graph),
      components_(tarjan(graph).run()),
      component_of_(graph.size(), none),
      seen_in_(graph.size(), 0) {
    for (std::uint32_t i = 0; i != components_.size(); ++i) {
        for (node const n : components_[i]) {
            component_of_[n] = i;
        }
    }
}

// Breadth first from start until it comes back; empty when no cycle is shorter than limit.
std::vector<std::uint32_t> cyclic_components::cycle_through(node start, std::size_t limit) const {
    std::uint32_t const search = ++searches_;
    std::vector<search_step> steps{{start, unseen, 0, 0}};
    for (std::uint32_t i = 0; i != steps.size() && steps[i].length + 1 < limit; ++i) {
        search_step const here = steps[i];
        for (arc const& a : graph_[here.at]) {
            if (a.to == start) {
                auto labels = labels_to(steps, i);
                labels.push_back(a.label);
                return labels;
            }
            if (together(start, a.to) && seen_in_[a.to] != search) {
                seen_in_[a.to] = search;
                steps.push_back({a.to, i, a.label, here.length + 1});
            }
        }
    }
    return {};
}

std::vector<std::uint32_t> cyclic_components::short_cycle(std::size_t component) const {
    auto const& nodes = components_[component];
    std::vector<std::uint32_t> best;
    for (std::size_t i = 0; i != std::min(nodes.size(), most_starts); ++i) {
        auto cycle = cycle_through(nodes[i], best.empty() ? SIZE_MAX : best.size());
        if (!cycle.empty()) {
            best = std::move(cycle);
        }
    }
    return best;
}

}  // namespace handrail::leak_check
