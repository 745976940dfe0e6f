// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/components.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace handrail::leak_check {

namespace {

constexpr std::uint32_t unseen = std::numeric_limits<std::uint32_t>::max();

bool has_self_arc(adjacency const& graph, node n) {
    return std::any_of(graph[n].begin(), graph[n].end(), [&](arc const& a) { return a.to == n; });
}

class tarjan {
public:
    explicit tarjan(adjacency const& graph)
        : graph_(graph), order_(graph.size(), unseen), low_(graph.size()), on_stack_(graph.size()) {}

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

// Breadth first from start until it comes back; empty when it does not within the limit.
std::vector<std::uint32_t> cycle_through(adjacency const& graph, std::vector<bool> const& inside, node start,
                                         std::size_t limit) {
    struct step {
        node at;
        std::uint32_t from;  // in steps
        std::uint32_t label;
        std::size_t length;
    };
    std::vector<step> steps{{start, unseen, 0, 0}};
    std::vector<bool> seen(graph.size());
    for (std::uint32_t i = 0; i != steps.size(); ++i) {
        step const here = steps[i];
        if (here.length + 1 >= limit) {
            break;
        }
        for (arc const& a : graph[here.at]) {
            if (a.to == start) {
                std::vector<std::uint32_t> labels{a.label};
                for (auto back = i; steps[back].from != unseen; back = steps[back].from) {
                    labels.push_back(steps[back].label);
                }
                std::reverse(labels.begin(), labels.end());
                return labels;
            }
            if (inside[a.to] && !seen[a.to]) {
                seen[a.to] = true;
                steps.push_back({a.to, i, a.label, here.length + 1});
            }
        }
    }
    return {};
}

constexpr std::size_t most_starts = 64;  // more would make a huge component quadratic; the cycle is still a cycle

}  // namespace

std::vector<std::vector<node>> cyclic_components(adjacency const& graph) { return tarjan(graph).run(); }

std::vector<std::uint32_t> shortest_cycle(adjacency const& graph, std::vector<node> const& component) {
    std::vector<bool> inside(graph.size());
    for (node const n : component) {
        inside[n] = true;
    }
    std::vector<std::uint32_t> best;
    for (std::size_t i = 0; i != std::min(component.size(), most_starts); ++i) {
        std::size_t const limit = best.empty() ? unseen : best.size();
        auto cycle = cycle_through(graph, inside, component[i], limit);
        if (!cycle.empty()) {
            best = std::move(cycle);
        }
    }
    return best;
}

}  // namespace handrail::leak_check
