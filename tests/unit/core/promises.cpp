// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What handrail promises where Go's finalizers and cleanups have pitfalls, one test for each row of
// the table in docs. Cycles are tested with the collector, mutual captures with the leak check.

#include "tests/support/owners.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using lines = std::vector<std::string>;

namespace {

struct session {
    std::string name = "session";
    quiet_handle socket{1};
    ~session() { note("~" + name); }
};

struct empty {};

// Destroyed after the test framework and the library's own static objects. In the parent it has no
// cleanup.
struct ends_last {
    quiet_handle owner{1};
    bool armed = false;
    static inline bool ran = false;
    ~ends_last() {
        if (armed) {
            add_cleanup(owner, [] { ran = true; });
            owner.reset();
            ::_exit(ran && handrail::drain(std::chrono::nanoseconds(0)) ? 0 : 1);
        }
    }
};
[[gnu::init_priority(101)]] ends_last last;

handrail::shared<empty> const static_object = handrail::make<empty>();

}  // namespace

BOOST_FIXTURE_TEST_SUITE(promises, clean_log)

BOOST_AUTO_TEST_CASE(attach_to_any_handle_any_object_and_through_an_alias_to_a_member) {
    auto object = handrail::make<session>();
    add_cleanup(object->socket, &note, std::string("of the socket"));
    add_cleanup(object, &note, std::string("of the object"));
    add_cleanup(handrail::shared<std::string>(object, &object->name), &note,
                std::string("of the member"));
    object.reset();
    BOOST_TEST(take_events() ==
               (lines{"~session", "of the socket", "of the member", "of the object"}));
}

BOOST_AUTO_TEST_CASE(an_object_may_have_any_number_of_cleanups) {
    auto object = handrail::make<session>();
    for (int i = 0; i != 3; ++i) {
        add_cleanup(object, &note, std::to_string(i));
    }
    object.reset();
    BOOST_TEST(take_events() == (lines{"~session", "2", "1", "0"}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_gets_only_copies_and_cannot_revive_the_object) {
    static handrail::shared<session> revived;
    auto object = handrail::make<session>();
    add_cleanup(
        object, [](handrail::weak<session> w) { revived = w.lock(); },
        handrail::weak<session>(object));
    object.reset();
    BOOST_TEST(revived.get() == nullptr);
}

BOOST_AUTO_TEST_CASE(an_acyclic_object_needs_no_collection) {
    auto object = handrail::make<session>();
    auto const line = add_cleanup(object, &note, std::string("at once"));
    object.reset();
    BOOST_TEST(take_events() == (lines{"~session", "at once"}));
}

BOOST_AUTO_TEST_CASE(per_owner_the_resource_ends_first_then_its_cleanups_run_newest_first) {
    handle owner(1);
    add_cleanup(owner, &note, std::string("older"));
    add_cleanup(owner, &note, std::string("newer"));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "newer", "older"}));
}

BOOST_AUTO_TEST_CASE(cleanups_run_inline_by_default) {
    static std::thread::id there;
    quiet_handle owner(1);
    add_cleanup(owner, [] { there = std::this_thread::get_id(); });
    owner.reset();
    BOOST_TEST((there == std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(a_blocked_cleanup_delays_only_its_own_owner_s_batch) {
    static event blocked, may_end;
    std::thread other([] {
        quiet_handle owner(1);
        add_cleanup(owner, [] {
            blocked.set();
            may_end.wait();
        });
    });
    blocked.wait();
    handle owner(2);
    add_cleanup(owner, &note, std::string("not held up"));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 2", "not held up"}));
    may_end.set();
    other.join();
}

BOOST_AUTO_TEST_CASE(stop_returns_whether_it_won_and_run_runs_now_exactly_once) {
    handle owner(1);
    auto stopped = add_cleanup(owner, &note, std::string("never"));
    auto run = add_cleanup(owner, &note, std::string("once"));
    BOOST_TEST((stopped.pending() && run.pending()));
    BOOST_TEST((stopped.stop() && !stopped.stop() && !stopped.run()));
    BOOST_TEST((run.run() && !run.run() && !run.stop()));
    BOOST_TEST((!stopped.pending() && !run.pending()));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"once", "close 1"}));
}

BOOST_AUTO_TEST_CASE(drain_at_exit_waits_for_what_is_queued) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    quiet_handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, [] { note("before the exit"); });
    owner.reset();
    std::thread worker([q = queue] { q->run_one(); });
    BOOST_TEST(handrail::drain(std::chrono::minutes(1)));
    BOOST_TEST(take_events() == lines{"before the exit"});
    worker.join();
}

BOOST_AUTO_TEST_CASE(cleanups_run_even_in_the_last_static_destructor) {
    std::fflush(nullptr);
    pid_t const child = ::fork();
    if (child == 0) {
        last.armed = true;
        std::exit(2);
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_throws_is_reported_and_the_following_ones_run) {
    failure_recorder failures;
    {
        quiet_handle owner(1);
        add_cleanup(owner, &note, std::string("following"));
        add_cleanup(owner, [] { throw std::runtime_error("thrown"); });
    }
    BOOST_TEST(failure_recorder::recorded().size() == 1U);
    BOOST_TEST(take_events() == lines{"following"});
}

BOOST_AUTO_TEST_CASE(an_argument_that_is_the_object_is_refused_in_every_build) {
    auto const object = handrail::make<session>();
    BOOST_CHECK_THROW(
        add_cleanup(object, [](handrail::shared<session>) {}, object), handrail::self_capture);
    BOOST_CHECK_THROW(
        add_cleanup(object, [](std::string*) {}, &object->name), handrail::self_capture);
    BOOST_CHECK_THROW(add_cleanup(
                          object->socket, [](handrail::shared<session>) {}, object),
                      handrail::self_capture);
}

BOOST_AUTO_TEST_CASE(tiny_empty_and_static_objects_always_run_their_cleanups) {
    auto tiny = handrail::make<char>('x');
    auto nothing = handrail::make<empty>();
    add_cleanup(tiny, &note, std::string("tiny"));
    add_cleanup(nothing, &note, std::string("empty"));
    tiny.reset();
    nothing.reset();
    BOOST_TEST(take_events() == (lines{"tiny", "empty"}));
    auto token = add_cleanup(static_object, &note, std::string("static: when it ends"));
    BOOST_TEST(token.pending());
    BOOST_TEST(token.run());
}

BOOST_AUTO_TEST_SUITE_END()
