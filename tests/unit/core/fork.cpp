// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a forked child does with inherited owners and cleanups. The child reports the number of
// failed expectations through its exit status.

#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;

namespace {

int exit_status(pid_t child) {
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

// Returns: the number of failed expectations that fn returns in a forked child.
template <class Fn>
int broken_in_child(Fn fn) {
    pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(fn());
    }
    return exit_status(child);
}

int ran = 0;

// An owner per thread, for cleanups that are run by their tokens.
quiet_handle& quiet_owner() {
    static thread_local quiet_handle owner(1);
    return owner;
}

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

BOOST_AUTO_TEST_CASE(a_batch_whose_cleanup_forks_leaves_nothing_to_wait_for_in_the_child) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    quiet_handle owner(1);
    handrail::set_runner(owner, runner);
    static pid_t child;
    ran = 0;
    add_cleanup(owner, [] { ++ran; });  // discarded in the child
    add_cleanup(owner, [] { child = ::fork(); });
    owner.reset();
    queue->run_one();
    if (child == 0) {
        ::_exit(ran + !handrail::drain(std::chrono::nanoseconds(0)));
    }
    BOOST_TEST(exit_status(child) == 0);
    BOOST_TEST(ran == 1);
    BOOST_TEST(handrail::drain(std::chrono::nanoseconds(0)));
}

BOOST_AUTO_TEST_CASE(a_runner_that_was_set_before_the_fork_is_not_used_in_the_child) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    handrail::defer_close(owner);
    auto* const q = queue;
    take_events();
    ran = 0;
    BOOST_TEST(broken_in_child([&] {
                   add_cleanup(owner, [] { ++ran; });
                   owner.reset();  // closes its copy and runs the child's own cleanup here
                   return (take_events() != std::vector<std::string>{"close 1"}) + (ran != 1) +
                          static_cast<int>(q->size()) +
                          !handrail::drain(std::chrono::nanoseconds(0));
               }) == 0);
    owner.reset();
    queue->run_one();
    BOOST_TEST(ran == 0);
    BOOST_TEST(take_events() == std::vector<std::string>{"close 1"});
}

BOOST_AUTO_TEST_CASE(a_runner_set_in_the_child_is_used) {
    quiet_handle owner(1);
    handrail::set_runner(owner, handrail::runner(std::make_unique<manual_runner>()));
    BOOST_TEST(broken_in_child([&] {
                   auto const [runner, queue] = make_test_runner<manual_runner>();
                   ran = 0;
                   handrail::set_runner(owner, runner);
                   add_cleanup(owner, [] { ++ran; });
                   owner.reset();
                   int const broken = ran + handrail::drain(std::chrono::nanoseconds(0));
                   queue->run_one();
                   return broken + (ran != 1) + !handrail::drain(std::chrono::nanoseconds(0));
               }) == 0);
}

BOOST_AUTO_TEST_CASE(cleanups_that_wait_for_a_deferral_are_discarded) {
    quiet_handle owner(1);
    ran = 0;
    add_cleanup(owner, [] { ++ran; });
    auto wait = std::make_unique<handrail::deferral>();
    owner.reset();
    BOOST_TEST(broken_in_child([&] {
                   wait.reset();
                   return ran + !handrail::drain(std::chrono::nanoseconds(0));
               }) == 0);
    wait.reset();
    BOOST_TEST(ran == 1);
}

BOOST_AUTO_TEST_CASE(statistics_of_the_child_continue_those_of_the_parent) {
    static event counted_some, may_end;
    std::thread worker([] {  // its counts are part of the child's
        add_cleanup(quiet_owner(), [] {}).run();
        counted_some.set();
        may_end.wait();
    });
    counted_some.wait();
    auto const before = handrail::cleanup_stats();
    quiet_handle owner(1);
    add_cleanup(owner, [] {});
    BOOST_TEST(broken_in_child([&] {
                   add_cleanup(owner, [] {});
                   add_cleanup(owner, [] {}).stop();
                   owner.reset();
                   auto const now = handrail::cleanup_stats();
                   // The inherited one is queued but not executed.
                   return (now.registered - before.registered != 3) +
                          (now.stopped - before.stopped != 1) + (now.queued - before.queued != 2) +
                          (now.executed - before.executed != 1);
               }) == 0);
    may_end.set();
    worker.join();
}

BOOST_AUTO_TEST_CASE(a_cleanup_running_on_another_thread_is_not_waited_for_in_the_child) {
    static event started, may_end;
    std::thread worker([] {
        add_cleanup(quiet_owner(), [] {
            started.set();
            may_end.wait();
        }).run();
    });
    started.wait();
    BOOST_TEST(broken_in_child([] { return !handrail::drain(std::chrono::nanoseconds(0)); }) == 0);
    BOOST_TEST(!handrail::drain(std::chrono::nanoseconds(0)));
    may_end.set();
    worker.join();
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
