// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a forked child does with what it inherits. The child reports through its exit status: the number of
// expectations that did not hold.

#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;

namespace {

// Returns: how many expectations fn counted as broken in a forked child.
template <class Fn>
int broken_in_child(Fn fn) {
    pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(fn());
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

int ran = 0;

}  // namespace

BOOST_AUTO_TEST_SUITE(rule_9_fork)

BOOST_AUTO_TEST_CASE(inherited_cleanups_are_discarded_and_the_handle_is_closed) {
    handle owner(1);
    take_events();
    ran = 0;
    auto token = add_cleanup(owner, [] { ++ran; });
    BOOST_TEST(broken_in_child([&] {
        int broken = token.pending() + token.stop() + token.run();
        owner.reset();
        return broken + ran + (take_events() != std::vector<std::string>{"close 1"});
    }) == 0);
    BOOST_TEST(token.pending());
    owner.reset();
    BOOST_TEST(ran == 1);
}

BOOST_AUTO_TEST_CASE(cleanups_registered_in_the_child_run) {
    quiet_handle owner(1);
    BOOST_TEST(broken_in_child([&] {
        ran = 0;
        add_cleanup(owner, [] { ++ran; });
        owner.reset();
        return ran != 1;
    }) == 0);
}

BOOST_AUTO_TEST_CASE(batches_queued_before_the_fork_are_discarded_and_not_waited_for) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    quiet_handle owner(1);
    handrail::set_runner(owner, runner);
    ran = 0;
    add_cleanup(owner, [] { ++ran; });
    owner.reset();
    auto* const q = queue;
    BOOST_TEST(broken_in_child([q] {
        int broken = !handrail::drain(std::chrono::nanoseconds(0));
        q->run_one();
        return broken + ran + !handrail::drain(std::chrono::nanoseconds(0));
    }) == 0);
    queue->run_one();
    BOOST_TEST(ran == 1);
    BOOST_TEST(handrail::drain(std::chrono::nanoseconds(0)));
}

BOOST_AUTO_TEST_CASE(arguments_of_discarded_cleanups_are_destroyed) {
    static int alive;
    struct counted {
        counted() { ++alive; }
        counted(counted const&) { ++alive; }
        ~counted() { --alive; }
    };
    alive = 0;
    quiet_handle owner(1);
    add_cleanup(owner, [](counted) {}, counted());
    BOOST_TEST(broken_in_child([&] {
        owner.reset();
        return alive;
    }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
