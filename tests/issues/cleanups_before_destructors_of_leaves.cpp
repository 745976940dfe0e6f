// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the cleanups of a collected cycle ran before the destructors of the objects without edges to
// which only the cycle referred.
// Correct: among objects that end together, no cleanup runs before all destructors.

#include "tests/unit/heap/graphs.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace heap_test;

namespace {

struct ring : noting {
    edge<ring> next;
    edge<noting> leaf;
    shared<noting> member;
    using noting::noting;
    using managed_edges = edges<&ring::next, &ring::leaf>;
};

shared<noting> make_leaf(std::string const& name) {
    auto const leaf = make<noting>(name);
    add_cleanup(leaf, &note, "cleanup of " + name);
    return leaf;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(no_cleanup_of_a_cycle_runs_before_the_destructors_of_its_leaves, verified) {
    heap graph;
    {
        auto const one = graph.make<ring>("one");
        auto const two = graph.make<ring>("two");
        one->next = two;
        two->next = one;
        one->leaf = make_leaf("leaf");
        two->leaf = make<noting>("plain leaf");
        two->member = make_leaf("member");
        add_cleanup(one, &note, std::string("cleanup of one"));
    }
    graph.collect();
    BOOST_TEST(take_events() == (lines{"~one", "~two", "~leaf", "~plain leaf", "~member",
                                       "cleanup of one", "cleanup of leaf", "cleanup of member"}));
}

// A cleanup that ends further objects ends them completely, as everywhere.
BOOST_FIXTURE_TEST_CASE(an_object_that_a_cleanup_holds_ends_after_the_cleanups_of_the_cycle,
                        verified) {
    heap graph;
    {
        auto const one = graph.make<ring>("one");
        one->next = one;
        one->leaf = make_leaf("leaf");
        add_cleanup(one, [](shared<noting>) { note("cleanup of one"); }, make_leaf("argument"));
    }
    graph.collect();
    BOOST_TEST(take_events() == (lines{"~one", "~leaf", "cleanup of one", "cleanup of leaf",
                                       "~argument", "cleanup of argument"}));
}
