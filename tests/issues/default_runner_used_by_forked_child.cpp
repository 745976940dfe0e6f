// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a forked child inherited the default runner, whose threads do not exist there. The cleanups
// of owners that the child made were queued for ever.
// Correct: the child begins without a default runner, and may set one of its own.

#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;

namespace {

int ran = 0;

void make_and_end_owner() {
    quiet_handle made(1);
    add_cleanup(made, [] { ++ran; });
}

// Returns: the number of failed expectations.
int use_child() {
    make_and_end_owner();
    int failures = ran != 1;
    auto [runner, queue] = make_test_runner<manual_runner>();
    handrail::set_default_runner(runner);
    make_and_end_owner();
    failures += queue->size() != 1;
    queue->run_one();
    return failures;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_child_begins_without_a_default_runner) {
    auto [runner, queue] = make_test_runner<manual_runner>();
    handrail::set_default_runner(runner);
    pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(use_child());
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
    make_and_end_owner();
    BOOST_TEST(queue->size() == 1U);  // the parent still has it
    queue->run_one();
    handrail::set_default_runner({});
}
