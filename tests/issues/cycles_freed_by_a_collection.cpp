// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the contract of collect() promised to end also cycles that existed before, and to which a
// destructor or cleanup of the collection drops the last reference from outside.
// Correct: the next collection ends them (decision 10).

#include "tests/unit/heap/graphs.hpp"

#include <boost/test/unit_test.hpp>

using namespace heap_test;

namespace {

// A member that is no edge is a reference from outside.
struct holder : counted_node {
    edge<holder> next;
    shared<holder> held;
    using managed_edges = edges<&holder::next>;
};

shared<holder> make_cycle(heap& graph) {
    auto const node = graph.make<holder>();
    node->next = node;
    return node;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cycles_freed_by_a_collection, verified)

BOOST_AUTO_TEST_CASE(by_a_destructor_end_in_the_next_one) {
    heap graph;
    make_cycle(graph)->held = make_cycle(graph);
    BOOST_TEST(graph.collect().reclaimed == 1U);
    BOOST_TEST(graph.collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_CASE(by_a_cleanup_end_in_the_next_one) {
    heap graph;
    add_cleanup(make_cycle(graph), [](shared<holder>) {}, make_cycle(graph));
    BOOST_TEST(graph.collect().reclaimed == 1U);
    BOOST_TEST(graph.collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
