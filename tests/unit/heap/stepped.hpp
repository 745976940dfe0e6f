// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Fixtures for programs that change objects in the middle of a pass.

#pragma once

#include "tests/unit/heap/graphs.hpp"

#include <handrail/testing.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace heap_test {

using handrail::testing::stepwise_pass;

// A pass reads it after objects that were made before it, and before objects that were made later.
// It calls a function then.
struct interrupting_edges : std::vector<edge<pair_node>> {
    static inline std::function<void()> when_read;
    auto begin() const {
        if (when_read) {
            std::exchange(when_read, nullptr)();
        }
        return std::vector<edge<pair_node>>::begin();
    }
};
struct interruption {
    traced<interrupting_edges> edges;
    using managed_edges = handrail::edges<&interruption::edges>;
};

struct stepped : verified {
    heap graph;

    // Makes the steps up to mark().
    static void find_suspects(stepwise_pass& pass) {
        pass.list();
        pass.read_edges();
        pass.mark();
    }
    // Calls program() while the pass reads edges, at the interruption.
    static void read_edges_while(stepwise_pass& pass, std::function<void()> program) {
        interrupting_edges::when_read = std::move(program);
        pass.read_edges();
        BOOST_REQUIRE(!interrupting_edges::when_read);
    }
};

// root is owned from outside, and by one edge. A program can move or remove that edge so that a
// pass which broke a rule would count it twice, or after it is gone: then root's count would be
// accounted for by edges alone. from and to are reachable from root only.
struct moving_edge : stepped {
    shared<pair_node> root;
    weak<pair_node> watched;
    pair_node* from = nullptr;
    pair_node* to = nullptr;

    moving_edge() {
        auto const first = graph.make<pair_node>();
        hook_ = graph.make<interruption>();
        root = graph.make<pair_node>();
        auto const last = graph.make<pair_node>();
        root->next = first;
        root->other = last;
        first->next = root;
        watched = root;
        from = first.get();
        to = last.get();
    }

    // Makes a pass, and calls program() when it has read from, and neither root nor to.
    std::size_t reclaimed_while(std::function<void()> program) {
        stepwise_pass pass(graph);
        pass.list();
        read_edges_while(pass, std::move(program));
        pass.mark();
        return pass.finish().reclaimed;
    }

private:
    shared<interruption> hook_;
};

// An object to which only it refers itself, and another to which only it refers; weak references to
// both.
struct self_reference : stepped {
    weak<pair_node> watched;
    weak<pair_node> inner;

    self_reference() {
        auto const only = graph.make<pair_node>();
        only->other = graph.make<pair_node>();
        only->next = only;
        watched = only;
        inner = shared<pair_node>(only->other);
    }
};

}  // namespace heap_test
