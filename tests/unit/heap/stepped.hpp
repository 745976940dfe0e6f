// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Programs that do something in the middle of a pass.

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

// Its only object has this read by a pass after those made before it, and before those made later.
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

    // Up to where suspects are known.
    static void find_suspects(stepwise_pass& pass) {
        pass.list();
        pass.read_edges();
        pass.mark();
    }
    // While the pass reads edges, the program does something.
    static void read_edges_while(stepwise_pass& pass, std::function<void()> program) {
        interrupting_edges::when_read = std::move(program);
        pass.read_edges();
        BOOST_REQUIRE(!interrupting_edges::when_read);
    }
};

// Root is held from outside, and by an edge that a pass may be made to count although it is gone,
// or twice: then the edges make up for root's count. From and to are reached from root only.
struct two_places : stepped {
    shared<pair_node> root;
    weak<pair_node> watched;
    pair_node* from = nullptr;
    pair_node* to = nullptr;

    two_places() {
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

    // A pass, and what the program does when from is read and root and to are not.
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

// Refers to itself, and nothing else does. Weak references to it and what it refers to.
struct lonely : stepped {
    weak<pair_node> watched;
    weak<pair_node> inner;

    lonely() {
        auto const only = graph.make<pair_node>();
        only->other = graph.make<pair_node>();
        only->next = only;
        watched = only;
        inner = shared<pair_node>(only->other);
    }
};

}  // namespace heap_test
