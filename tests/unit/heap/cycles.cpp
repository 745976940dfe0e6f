// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which graphs one collect() ends, and which it leaves alone.

#include "tests/unit/heap/graphs.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <utility>

using namespace heap_test;

namespace {

struct holder : counted_node {
    edge<holder> self;
    edge<noting> leaf;
    using managed_edges = edges<&holder::self, &holder::leaf>;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cycles, verified)

BOOST_AUTO_TEST_CASE(an_object_that_refers_to_itself_ends) {
    heap graph;
    graph.make<pair_node>()->next = nullptr;
    {
        auto const self = graph.make<pair_node>();
        self->next = self;
    }
    BOOST_TEST(counted_node::alive == 1);
    auto const result = graph.collect();
    BOOST_TEST(result.examined == 1U);
    BOOST_TEST(result.reclaimed == 1U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(two_objects_that_refer_to_each_other_end) {
    heap graph;
    link_ring(make_nodes<pair_node>(graph, 2));
    BOOST_TEST(counted_node::alive == 2);
    BOOST_TEST(graph.collect().reclaimed == 2U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(the_default_heap_is_the_global_one) {
    {
        auto const self = make<pair_node>();
        self->next = self;
    }
    BOOST_TEST(heap::global().collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_CASE(a_ring_of_a_million_ends) {
    heap graph;
    handrail::testing::verify_passes(false);
    link_ring(make_nodes<pair_node>(graph, 1'000'000));
    // A pass that takes longer than five seconds leaves the ring to the next one: the machine may
    // be that busy.
    std::size_t reclaimed = 0;
    for (int passes = 0; passes != 20 && reclaimed == 0; ++passes) {
        reclaimed = graph.collect().reclaimed;
    }
    BOOST_TEST(reclaimed == 1'000'000U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(a_complete_graph_of_300_ends) {
    heap graph;
    {
        auto const nodes = make_nodes<list_node>(graph, 300);
        for (auto const& from : nodes) {
            for (auto const& to : nodes) {
                from->kids.write()->push_back(to);
            }
        }
    }
    BOOST_TEST(graph.collect().reclaimed == 300U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(cycles_that_share_an_object_end_together) {
    heap graph;
    {
        auto const nodes = make_nodes<pair_node>(graph, 5);
        nodes[0]->next = nodes[1];
        nodes[1]->next = nodes[2];
        nodes[2]->next = nodes[0];
        nodes[0]->other = nodes[3];
        nodes[3]->next = nodes[4];
        nodes[4]->next = nodes[0];
    }
    BOOST_TEST(graph.collect().reclaimed == 5U);
}

BOOST_AUTO_TEST_CASE(a_live_object_that_garbage_refers_to_lives_on) {
    heap graph;
    auto const live = graph.make<pair_node>();
    {
        auto const nodes = make_nodes<pair_node>(graph, 2);
        link_ring(nodes);
        nodes[0]->other = live;
    }
    BOOST_TEST(live.use_count() == 2);
    BOOST_TEST(graph.collect().reclaimed == 2U);
    BOOST_TEST(live.use_count() == 1);
    BOOST_TEST(counted_node::alive == 1);
}

BOOST_AUTO_TEST_CASE(objects_that_a_live_object_refers_to_live_on) {
    heap graph;
    auto live = graph.make<pair_node>();
    {
        auto const nodes = make_nodes<pair_node>(graph, 2);
        link_ring(nodes);
        live->next = nodes[0];
    }
    BOOST_TEST(graph.collect().reclaimed == 0U);
    BOOST_TEST(counted_node::alive == 3);
    live.reset();
    BOOST_TEST(graph.collect().reclaimed == 2U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(objects_that_only_garbage_refers_to_end_with_it) {
    heap graph;
    {
        auto const node = graph.make<holder>();
        node->self = node;
        node->leaf = make<noting>("leaf");
    }
    auto const result = graph.collect();
    BOOST_TEST(result.examined == 1U);  // the leaf has no edges: the heap does not know it
    BOOST_TEST(take_events() == lines{"~leaf"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(cycles_through_traced_vectors_and_maps_end) {
    heap graph;
    {
        auto const a = graph.make<list_node>();
        auto const b = graph.make<list_node>();
        a->kids.write()->push_back(b);
        b->named.write()->emplace("a", a);
    }
    BOOST_TEST(graph.collect().reclaimed == 2U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(a_reference_outside_of_managed_objects_keeps_the_cycle_alive) {
    heap graph;
    auto nodes = make_nodes<pair_node>(graph, 3);
    link_ring(nodes);
    nodes.resize(1);
    edge<pair_node> on_the_stack = nodes[0];
    nodes.clear();
    BOOST_TEST(graph.collect().reclaimed == 0U);
    on_the_stack.reset();
    BOOST_TEST(graph.collect().reclaimed == 3U);
}

BOOST_AUTO_TEST_CASE(edges_from_one_heap_to_another_count_as_references_from_outside) {
    heap one;
    heap two;
    {
        auto const a = one.make<pair_node>();
        auto const b = two.make<pair_node>();
        a->next = b;
        b->next = a;
    }
    BOOST_TEST(one.collect().reclaimed == 0U);
    BOOST_TEST(two.collect().reclaimed == 0U);
    BOOST_TEST(counted_node::alive == 2);
    counted_node::alive = 0;  // they leak, as documented
}

BOOST_AUTO_TEST_CASE(survivors_outlive_their_heap) {
    shared<pair_node> survivor;
    {
        heap graph;
        survivor = graph.make<pair_node>();
        survivor->next = graph.make<pair_node>();
    }
    BOOST_TEST(counted_node::alive == 2);
    survivor.reset();
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(the_destructor_of_a_heap_collects) {
    {
        heap graph;
        link_ring(make_nodes<pair_node>(graph, 2));
    }
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_SUITE_END()
