// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: objects that other threads used while the report at exit was made were called garbage that
// nothing collects (HR021, certain), if references had moved between the count of an object and the
// reading of its edges.
// Garbage of a heap that had been collected automatically, and was not any more at the exit, was
// reported although the program had asked for its collection.
// Correct: only what would be collected is reported, of heaps that nothing was to collect.

#include "lib/heap/uncollected_components.hpp"

#include <handrail/runner_base.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace {

// What other threads do while the edges of an object are read.
std::function<void()> meanwhile;

struct node;

struct edges_with_a_reader : std::vector<handrail::edge<node>> {
    const_iterator begin() const {
        if (meanwhile) {
            std::exchange(meanwhile, nullptr)();
        }
        return std::vector<handrail::edge<node>>::begin();
    }
};

struct node {
    handrail::edge<node> next, other;
    handrail::traced<edges_with_a_reader> children;
    using managed_edges = handrail::edges<&node::next, &node::other, &node::children>;
};

struct two_rings {
    handrail::heap graph;
    handrail::shared<node> first = graph.make<node>();  // its edges are read first
    handrail::shared<node> used = graph.make<node>();
    handrail::weak<node> again = used;

    two_rings() {
        used->next = graph.make<node>();
        used->next->next = used;
        auto const lost = graph.make<node>();
        lost->next = lost;
    }
    two_rings(two_rings const&) = delete;
    two_rings& operator=(two_rings const&) = delete;
    ~two_rings() { meanwhile = nullptr; }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(only_garbage_is_uncollected, two_rings) {
    auto const found = handrail::detail::find_uncollected_components();
    BOOST_TEST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found[0].objects.size() == 1U);
}

// The count of the object was 2: an edge, and the shared that becomes an edge.
BOOST_FIXTURE_TEST_CASE(an_object_whose_references_move_meanwhile_is_not, two_rings) {
    meanwhile = [&] {
        used->next->other = used;
        used.reset();
        used = again.lock();
    };
    auto const found = handrail::detail::find_uncollected_components();
    BOOST_TEST(!meanwhile);
    BOOST_TEST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found[0].objects.size() == 1U);
    BOOST_TEST(used.use_count() == 3);
}

BOOST_FIXTURE_TEST_CASE(garbage_of_a_heap_that_was_to_be_collected_is_not, two_rings) {
    struct runs_at_once : handrail::runner_base {
        void execute(handrail::batch queued) override { queued.run(); }
    };
    graph.collect_automatically(handrail::runner(std::make_unique<runs_at_once>()));
    graph.collect_automatically({});
    BOOST_TEST(handrail::detail::find_uncollected_components().empty());
}
