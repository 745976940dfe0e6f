// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a heap was destroyed while a pass that it had posted was in its runner's queue. When that
// pass later collected the heap's last objects, the state of the heap was never freed.
// Correct: the last object frees it, whichever way it ends.

#include "tests/unit/heap/graphs.hpp"

#include "lib/heap/heap_state.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>

using namespace heap_test;

namespace {

std::size_t count_heaps() {
    std::size_t count = 0;
    handrail::detail::for_each_heap([&](auto&) { ++count; });
    return count;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_heap_is_freed_when_a_pass_posted_before_its_end_collects_its_last_objects,
                        verified) {
    std::size_t const before = count_heaps();
    auto [runner, queue] = handrail_test::make_test_runner<handrail_test::manual_runner>();
    shared<pair_node> survivor;
    {
        heap graph;
        graph.collect_automatically(runner);
        auto const nodes = make_nodes<pair_node>(graph, 1024);
        survivor = nodes.front();
        survivor->next = survivor;
    }
    BOOST_TEST(count_heaps() == before + 1);
    survivor.reset();
    queue->run_one();
    BOOST_TEST(counted_node::alive == 0);
    BOOST_TEST(count_heaps() == before);
}
