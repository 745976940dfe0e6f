// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a pass that was posted, and had not run when the process forked, counted as posted in the
// child for ever. The child could not collect that heap automatically any more. When the child ran
// its copy of the queue, or destroyed it, it made the pass of its parent.
// Correct: it can, as soon as it gives the heap a runner; it does not make the pass.

#include "tests/support/owners.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

using handrail_test::make_test_runner;
using handrail_test::manual_runner;

namespace {

struct ring {
    handrail::edge<ring> next;

    using managed_edges = handrail::edges<&ring::next>;
};

// As many as make a pass due.
void make_rings(handrail::heap& graph) {
    for (int i = 0; i != 1100; ++i) {
        auto const made = graph.make<ring>();
        made->next = made;
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_child_collects_automatically_although_a_pass_was_posted_before_the_fork) {
    handrail::heap graph;
    auto [runner, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(runner);
    make_rings(graph);
    BOOST_TEST_REQUIRE(queue->size() == 1U);
    pid_t const child = ::fork();
    if (child == 0) {
        auto [own_runner, own_queue] = make_test_runner<manual_runner>();
        graph.collect_automatically(own_runner);
        make_rings(graph);
        ::_exit(own_queue->size() == 1 ? 0 : 1);
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
    queue->run_one();
}

BOOST_AUTO_TEST_CASE(a_child_does_not_make_the_pass_that_its_parent_has_posted) {
    handrail::heap graph;
    auto [runner, queue] = make_test_runner<manual_runner>();
    graph.collect_automatically(runner);
    make_rings(graph);
    pid_t const child = ::fork();
    if (child == 0) {
        queue->run_one();
        ::_exit(graph.collect().reclaimed == 1100 ? 0 : 1);
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
    queue->run_one();
    BOOST_TEST(graph.collect().reclaimed == 0U);
}
