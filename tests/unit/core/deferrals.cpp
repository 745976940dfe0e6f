// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Deferrals: which cleanups wait, for how long, and what does not.

#include "tests/support/owners.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::deferral;
using lines = std::vector<std::string>;

namespace {

struct noting {
    ~noting() { note("object gone"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(deferrals, clean_log)

BOOST_AUTO_TEST_CASE(handles_are_closed_and_objects_destroyed_at_once) {
    handle owner(1);
    add_cleanup(owner, &note, std::string("of the handle"));
    auto object = handrail::make<noting>();
    add_cleanup(object, &note, std::string("of the object"));
    {
        deferral wait;
        object.reset();
        owner.reset();
        BOOST_TEST(take_events() == (lines{"object gone", "close 1"}));
    }
    BOOST_TEST(take_events() == (lines{"of the object", "of the handle"}));
}

BOOST_AUTO_TEST_CASE(without_cleanups_nothing_waits) {
    deferral wait;
    handle(1).reset();
    BOOST_TEST(handrail::drain(std::chrono::nanoseconds(0)));
}

BOOST_AUTO_TEST_CASE(cleanups_run_when_an_exception_destroys_the_deferral) {
    handle owner(1);
    add_cleanup(owner, &note, std::string("cleanup"));
    try {
        deferral wait;
        owner.reset();
        throw std::runtime_error("thrown");
    } catch (std::runtime_error const&) {
        note("caught");
    }
    BOOST_TEST(take_events() == (lines{"close 1", "cleanup", "caught"}));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_deferral_keeps_errno) {
    quiet_handle owner(1);
    add_cleanup(owner, [] { errno = ERANGE; });
    {
        deferral wait;
        owner.reset();
        errno = EDOM;
    }
    BOOST_TEST(errno == EDOM);
}

BOOST_AUTO_TEST_CASE(a_token_runs_its_cleanup_at_once_under_a_deferral) {
    handle owner(1);
    auto token = add_cleanup(owner, &note, std::string("now"));
    deferral wait;
    BOOST_TEST(token.run());
    BOOST_TEST(take_events() == lines{"now"});
}

BOOST_AUTO_TEST_CASE(cleanups_of_owners_ended_by_such_a_cleanup_still_wait) {
    auto inner = std::make_unique<handle>(2);
    add_cleanup(*inner, &note, std::string("inner"));
    handle owner(1);
    auto token = add_cleanup(owner, [](std::unique_ptr<handle>) {}, std::move(inner));
    {
        deferral wait;
        token.run();
        BOOST_TEST(take_events() == lines{"close 2"});
        BOOST_TEST(!handrail::drain(std::chrono::minutes(1)));
    }
    BOOST_TEST(take_events() == lines{"inner"});
}

BOOST_AUTO_TEST_CASE(cleanups_deferred_inside_a_cleanup_run_before_the_next_pending_one) {
    auto inner = std::make_unique<handle>(2);
    add_cleanup(*inner, &note, std::string("inner"));
    handle owner(1);
    add_cleanup(owner, &note, std::string("older"));
    add_cleanup(
        owner,
        [](std::unique_ptr<handle> h) {
            deferral wait;
            h.reset();
            note("newer");
        },
        std::move(inner));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "close 2", "newer", "older", "inner"}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_waited_may_defer_again) {
    static handle* second;
    handle first(1), other(2);
    second = &other;
    add_cleanup(other, &note, std::string("of the second"));
    add_cleanup(first, [] {
        deferral wait;
        second->reset();
        note("of the first");
    });
    {
        deferral wait;
        first.reset();
    }
    BOOST_TEST(take_events() == (lines{"close 1", "close 2", "of the first", "of the second"}));
}

BOOST_AUTO_TEST_CASE(a_deferral_does_not_affect_other_threads) {
    deferral wait;
    std::thread([] {
        handle owner(1);
        add_cleanup(owner, &note, std::string("there"));
    }).join();
    BOOST_TEST(take_events() == (lines{"close 1", "there"}));
}

BOOST_AUTO_TEST_CASE(a_batch_for_a_runner_is_sent_at_once_under_a_deferral) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, &note, std::string("there"));
    deferral wait;
    owner.reset();
    std::thread([q = queue] { q->run_one(); }).join();
    BOOST_TEST(take_events() == (lines{"close 1", "there"}));
}

BOOST_AUTO_TEST_CASE(waiting_cleanups_can_no_longer_be_stopped) {
    handle owner(1);
    auto token = add_cleanup(owner, &note, std::string("cleanup"));
    {
        deferral wait;
        owner.reset();
        BOOST_TEST(!token.pending());
        BOOST_TEST(!token.stop());
        BOOST_TEST(!token.run());
    }
    BOOST_TEST(take_events() == (lines{"close 1", "cleanup"}));
}

BOOST_AUTO_TEST_SUITE_END()
