// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// collect_automatically: when passes are posted, and where they run.

#include "tests/support/printed.hpp"
#include "tests/unit/heap/graphs.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <utility>

using namespace heap_test;
using handrail_test::make_test_runner;
using handrail_test::manual_runner;
using handrail_test::refusing_runner;

namespace {

void make_rings(heap& graph, int count) {
    for (int i = 0; i != count; ++i) {
        auto const node = graph.make<pair_node>();
        node->next = node;
    }
}

// Runs each batch inside the call that offers it.
class inline_runner : public handrail::runner_base {
public:
    void execute(handrail::batch queued) override { queued.run(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(automatic_collection, verified)

BOOST_AUTO_TEST_CASE(a_pass_is_posted_at_a_thousand_objects_and_runs_on_the_runner) {
    heap graph;
    auto [where, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(where);
    make_rings(graph, 900);
    BOOST_TEST(queue->size() == 0U);
    make_rings(graph, 200);
    BOOST_TEST(queue->size() == 1U);
    BOOST_TEST(counted_node::alive == 1100);
    queue->run_one();
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(the_next_pass_is_posted_when_the_survivors_have_doubled) {
    heap graph;
    auto [where, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(where);
    auto const live = make_nodes<pair_node>(graph, 2000);
    BOOST_TEST(queue->size() == 1U);  // a second one is not posted before the first has run
    queue->run_one();
    make_rings(graph, 1900);
    BOOST_TEST(queue->size() == 0U);
    make_rings(graph, 200);
    BOOST_TEST(queue->size() == 1U);
    queue->run_one();
    BOOST_TEST(counted_node::alive == 2000);
}

BOOST_AUTO_TEST_CASE(a_default_runner_ends_automatic_collection) {
    heap graph;
    auto [where, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(where);
    graph.collect_automatically({});
    make_rings(graph, 3000);
    BOOST_TEST(queue->size() == 0U);
}

BOOST_AUTO_TEST_CASE(another_runner_gets_a_pass_while_one_waits_in_the_first) {
    heap graph;
    auto [first, waiting] = make_test_runner<manual_runner>();
    graph.collect_automatically(first);
    make_rings(graph, 1100);
    BOOST_TEST(waiting->size() == 1U);
    auto [second, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(second);
    make_rings(graph, 64);
    BOOST_TEST_REQUIRE(queue->size() == 1U);
    queue->run_one();
    BOOST_TEST(counted_node::alive == 0);
    waiting->run_one();
}

BOOST_AUTO_TEST_CASE(a_runner_that_runs_at_once_or_refuses_does_not_collect_inside_make) {
    handrail_test::failure_recorder const failures;
    heap graph;
    graph.collect_automatically(handrail::runner(std::make_unique<inline_runner>()));
    make_rings(graph, 3000);
    BOOST_TEST(counted_node::alive == 3000);
    graph.collect_automatically(handrail::runner(std::make_unique<refusing_runner>()));
    make_rings(graph, 64);
    BOOST_TEST(counted_node::alive == 3064);
    BOOST_TEST(!failures.recorded().empty());
}

BOOST_AUTO_TEST_CASE(the_default_failure_handler_prints_that_a_runner_refused_a_pass) {
    heap graph;
    graph.collect_automatically(handrail::runner(std::make_unique<refusing_runner>()));
    auto const text = handrail_test::printed_by([&] { make_rings(graph, 1100); });
    BOOST_TEST(text.starts_with(
        "handrail: a runner refused an automatic pass, which is left out until a later make posts "
        "it again: refused\n"));
}

BOOST_AUTO_TEST_CASE(a_heap_may_end_while_a_pass_of_it_is_posted) {
    auto [where, queue] = make_test_runner<manual_runner>();
    {
        heap graph;
        graph.collect_automatically(where);
        make_rings(graph, 1100);
    }
    BOOST_TEST(counted_node::alive == 0);
    queue->run_one();
}

// The thread that drops it must not wait, and did not ask for destructors.
BOOST_AUTO_TEST_CASE(a_pass_that_its_runner_drops_is_left_out_until_a_later_make) {
    heap graph;
    auto [where, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(where);
    make_rings(graph, 1100);
    static_cast<void>(queue->take());
    BOOST_TEST(counted_node::alive == 1100);
    make_rings(graph, 64);
    BOOST_TEST_REQUIRE(queue->size() == 1U);
    queue->run_one();
    BOOST_TEST(counted_node::alive == 0);
}

BOOST_AUTO_TEST_CASE(drain_waits_for_a_posted_pass) {
    heap graph;
    auto [where, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(where);
    make_rings(graph, 1100);
    BOOST_TEST(!handrail::drain(std::chrono::milliseconds(1)));
    queue->run_one();
    BOOST_TEST(handrail::drain(std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_SUITE_END()
