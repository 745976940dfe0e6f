// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: inside a collection, that is in a destructor or cleanup which it runs, no pass was made at
// all. An automatic pass that was polled there was lost; a heap that was destroyed there left its
// garbage for ever. Where a stepwise_pass ran the destructor, collect() did collect.
// Correct: such passes end their garbage before the collection returns. Only collect() does nothing
// there, also in a stepwise_pass.

#include "tests/unit/heap/stepped.hpp"

#include "lib/heap/heap_state.hpp"
#include "lib/heap/uncollected_components.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

using namespace heap_test;

namespace {

// A cycle of one object, whose destructor calls the function.
struct calling {
    edge<calling> next;
    std::function<void()> when_destroyed;
    ~calling() { when_destroyed(); }
    using managed_edges = edges<&calling::next>;
};

void make_cycle(heap& graph, std::function<void()> when_destroyed) {
    auto const node = graph.make<calling>();
    node->when_destroyed = std::move(when_destroyed);
    node->next = node;
}

void make_rings(heap& graph, int count) {
    for (int i = 0; i != count; ++i) {
        auto const node = graph.make<pair_node>();
        node->next = node;
    }
}

// Its own heap has a cycle.
struct session {
    heap own;
    edge<session> next;
    session() { make_rings(own, 1); }
    using managed_edges = edges<&session::next>;
};

std::size_t count_heaps() {
    std::size_t count = 0;
    handrail::detail::for_each_heap([&](auto&) { ++count; });
    return count;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(passes_inside_collections, verified)

BOOST_AUTO_TEST_CASE(an_automatic_pass_that_a_destructor_polls_is_made) {
    auto [runner, queue] = handrail_test::make_test_runner<handrail_test::manual_runner>();
    heap graph;
    graph.collect_automatically(runner);
    make_rings(graph, 1100);
    BOOST_TEST_REQUIRE(queue->size() == 1U);
    heap other;
    make_cycle(other, [&] {
        queue->run_one();
        BOOST_TEST(counted_node::alive == 1100);  // its garbage waits for its turn
    });
    BOOST_TEST(other.collect().reclaimed == 1U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(a_heap_that_is_a_member_of_garbage_ends_its_cycles) {
    std::size_t const before = count_heaps();
    {
        auto const one = make<session>();
        one->next = one;
    }
    BOOST_TEST(heap::global().collect().reclaimed == 1U);
    BOOST_TEST(counted_node::alive == 0);
    BOOST_TEST(count_heaps() == before);
    BOOST_TEST(handrail::detail::find_uncollected_components().empty());
}

BOOST_AUTO_TEST_CASE(a_heap_that_a_cleanup_destroys_ends_its_cycles) {
    std::optional<heap> dying(std::in_place);
    make_rings(*dying, 3);
    heap graph;
    {
        auto const node = graph.make<pair_node>();
        node->next = node;
        add_cleanup(node, [](std::optional<heap>* h) { h->reset(); }, &dying);
    }
    BOOST_TEST(graph.collect().reclaimed == 1U);
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(collect_returns_zeros_in_a_destructor_of_any_collection) {
    heap graph;
    heap other;
    make_rings(other, 1);
    std::size_t examined = 0;
    auto const collect_other = [&] { examined += other.collect().examined; };
    make_cycle(graph, collect_other);
    BOOST_TEST(graph.collect().reclaimed == 1U);
    BOOST_TEST(examined == 0U);
    make_cycle(graph, collect_other);
    {
        stepwise_pass pass(graph);
        stepped::find_suspects(pass);
        BOOST_TEST(pass.finish().reclaimed == 1U);
    }
    BOOST_TEST(examined == 0U);
    BOOST_TEST(other.collect().reclaimed == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
