// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: collect() made another pass only if destructors and cleanups had made objects. A cycle that
// existed before, and to which they dropped the last reference from outside, stayed.
// Correct: passes follow until one ends no object.

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

BOOST_AUTO_TEST_CASE(by_a_destructor_end_in_the_same_collect) {
    heap graph;
    make_cycle(graph)->held = make_cycle(graph);
    BOOST_TEST(graph.collect().reclaimed == 2U);
}

BOOST_AUTO_TEST_CASE(by_a_cleanup_end_in_the_same_collect) {
    heap graph;
    add_cleanup(make_cycle(graph), [](shared<holder>) {}, make_cycle(graph));
    BOOST_TEST(graph.collect().reclaimed == 2U);
}

BOOST_AUTO_TEST_CASE(one_after_the_other_end_in_the_same_collect) {
    heap graph;
    auto first = make_cycle(graph);
    for (int i = 0; i != 10; ++i) {
        auto const next = make_cycle(graph);
        next->held = first;
        first = next;
    }
    first.reset();
    BOOST_TEST(graph.collect().reclaimed == 11U);
}

BOOST_AUTO_TEST_SUITE_END()
