// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Batches: where cleanups run, what happens when they cannot, and how to wait for them.

#include "tests/support/owners.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::drain;
using lines = std::vector<std::string>;
using std::chrono::nanoseconds;

namespace {

constexpr std::chrono::minutes for_ever{1};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(runners, clean_log)

BOOST_AUTO_TEST_CASE(the_resource_ends_at_once_and_the_cleanups_on_the_runner) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, &note, std::string("a"));
    add_cleanup(owner, &note, std::string("b"));
    owner.reset();
    BOOST_TEST(take_events() == lines{"close 1"});
    queue->run_one();
    BOOST_TEST(take_events() == (lines{"b", "a"}));
}

// As if a compiler made the runner, into which the owner is moved, after the view.
BOOST_AUTO_TEST_CASE(an_owner_that_became_empty_since_it_was_named_is_refused) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::owner_ref const named = owner;
    handle const elsewhere = std::move(owner);
    BOOST_CHECK_THROW(handrail::set_runner(named, runner), std::invalid_argument);
    BOOST_CHECK_THROW(handrail::defer_close(named), std::invalid_argument);
    BOOST_CHECK_THROW(handrail::leak_check::set_name(named, "name"), std::invalid_argument);
    BOOST_CHECK_THROW(handrail::leak_check::mark_intentional(named, "why"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(an_owner_without_cleanups_sends_no_batch) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    owner.reset();
    BOOST_TEST(queue->size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_queued_cleanup_can_no_longer_be_stopped) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    auto token = add_cleanup(owner, &note, std::string("a"));
    owner.reset();
    BOOST_TEST(!token.pending());
    BOOST_TEST(!token.stop());
    queue->run_one();
    BOOST_TEST(take_events() == (lines{"close 1", "a"}));
}

BOOST_AUTO_TEST_CASE(the_last_runner_that_was_set_is_used) {
    auto const [first, unused] = make_test_runner<manual_runner>();
    auto const [second, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, first);
    handrail::set_runner(owner, second);
    add_cleanup(owner, &note, std::string("a"));
    owner.reset();
    BOOST_TEST(unused->size() == 0U);
    queue->run_one();
    handle inline_again(2);
    handrail::set_runner(inline_again, first);
    handrail::set_runner(inline_again, {});
    add_cleanup(inline_again, &note, std::string("inline"));
    inline_again.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "a", "close 2", "inline"}));
}

BOOST_AUTO_TEST_CASE(cleanups_registered_before_the_runner_was_set_go_there_too) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    add_cleanup(owner, &note, std::string("before"));
    handrail::set_runner(owner, runner);
    owner.reset();
    queue->run_one();
    BOOST_TEST(take_events() == (lines{"close 1", "before"}));
}

BOOST_AUTO_TEST_CASE(a_refused_batch_runs_on_the_ending_thread_exactly_once_and_is_reported) {
    failure_recorder failures;
    auto const [runner, refusing] = make_test_runner<refusing_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, &note, std::string("a"));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "a"}));
    BOOST_TEST_REQUIRE(failure_recorder::recorded().size() == 1U);
    auto const& f = failure_recorder::recorded().front();
    BOOST_TEST((f.what == handrail::failure::kind::runner_refused));
    BOOST_CHECK_THROW(std::rethrow_exception(f.exception), std::runtime_error);
    BOOST_TEST(f.where.line() != 0U);
}

BOOST_AUTO_TEST_CASE(a_batch_destroyed_unrun_runs_as_it_is_destroyed) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, &note, std::string("a"));
    owner.reset();
    {
        auto const dropped = queue->take();
    }
    BOOST_TEST(take_events() == (lines{"close 1", "a"}));
}

BOOST_AUTO_TEST_CASE(a_runner_lives_as_long_as_a_batch_needs_it) {
    struct last_words : manual_runner {
        ~last_words() override { note("runner gone"); }
    };
    auto [runner, state] = make_test_runner<last_words>();
    handle owner(1);
    handrail::set_runner(owner, std::move(runner));
    add_cleanup(owner, &note, std::string("a"));
    owner.reset();
    BOOST_TEST(take_events() == lines{"close 1"});
    state->take().run();
    BOOST_TEST(take_events() == (lines{"a", "runner gone"}));
}

BOOST_AUTO_TEST_CASE(batches_of_different_owners_run_in_parallel) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    static event first_started, second_ran;
    handle a(1), b(2);
    handrail::set_runner(a, runner);
    handrail::set_runner(b, runner);
    add_cleanup(a, [] {
        first_started.set();
        second_ran.wait();  // blocks only its own batch
    });
    add_cleanup(b, [] { second_ran.set(); });
    a.reset();
    b.reset();
    std::thread worker([q = queue] { q->run_one(); });
    first_started.wait();
    queue->run_one();
    worker.join();
    BOOST_TEST(drain(for_ever));
}

BOOST_AUTO_TEST_CASE(the_default_runner_is_for_owners_created_from_now_on) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle before(1);
    add_cleanup(before, &note, std::string("inline"));
    handrail::set_default_runner(runner);
    handle after(2);
    auto managed = handrail::make<int>(3);
    handrail::set_default_runner({});
    add_cleanup(after, &note, std::string("queued"));
    before.reset();
    after.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "inline", "close 2"}));
    queue->run_one();
    BOOST_TEST(take_events() == lines{"queued"});
    add_cleanup(managed, &note, std::string("managed"));
    managed.reset();
    BOOST_TEST(take_events().empty());
    queue->run_one();
    BOOST_TEST(take_events() == lines{"managed"});
}

BOOST_AUTO_TEST_CASE(a_deferred_close_runs_on_the_runner_before_the_cleanups) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    {
        handle owner(1);
        handrail::set_runner(owner, runner);
        handrail::defer_close(owner);
        add_cleanup(owner, &note, std::string("a"));
    }  // the wrapper's memory is freed
    BOOST_TEST(take_events().empty());
    queue->run_one();
    BOOST_TEST(take_events() == (lines{"close 1", "a"}));
}

BOOST_AUTO_TEST_CASE(an_explicit_close_is_not_deferred) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    handrail::defer_close(owner);
    add_cleanup(owner, &note, std::string("a"));
    owner.close();
    BOOST_TEST(take_events() == lines{"close 1"});
    queue->run_one();
    BOOST_TEST(take_events() == lines{"a"});
}

BOOST_AUTO_TEST_CASE(a_deferred_close_that_fails_is_reported_with_the_location_of_defer_close) {
    failure_recorder failures;
    {
        handle owner(noting_traits::failing);
        handrail::defer_close(owner);
    }
    BOOST_TEST_REQUIRE(failure_recorder::recorded().size() == 1U);
    BOOST_TEST((failure_recorder::recorded()[0].what == handrail::failure::kind::close));
    BOOST_TEST(failure_recorder::recorded()[0].where.line() != 0U);
}

BOOST_AUTO_TEST_CASE(a_managed_object_has_no_close_to_defer) {
    auto const object = handrail::make<int>(1);
    BOOST_CHECK_THROW(handrail::defer_close(object), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(draining, clean_log)

BOOST_AUTO_TEST_CASE(drain_returns_true_at_once_when_nothing_is_queued) {
    BOOST_TEST(drain(nanoseconds(0)));
}

BOOST_AUTO_TEST_CASE(drain_returns_false_after_its_timeout) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, [] {});
    owner.reset();
    BOOST_TEST(!drain(nanoseconds(1)));
    queue->run_one();
    BOOST_TEST(drain(nanoseconds(0)));
}

BOOST_AUTO_TEST_CASE(drain_accepts_the_longest_and_negative_timeouts) {
    BOOST_TEST(drain(nanoseconds::max()));
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, [] {});
    owner.reset();
    BOOST_TEST(!drain(nanoseconds(-1)));
    BOOST_TEST(!drain(nanoseconds::min()));
    queue->run_one();
    for (int i = 0; i != 50; ++i) {
        handrail::set_runner((owner.reset(1), owner), runner);
        add_cleanup(owner, [] {});
        owner.reset();
        std::thread worker([q = queue] { q->run_one(); });
        BOOST_TEST(drain(nanoseconds::max()));
        worker.join();
    }
}

BOOST_AUTO_TEST_CASE(drain_waits_for_a_queued_batch) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    static std::atomic<bool> ran;
    ran = false;
    add_cleanup(owner, [] { ran = true; });
    owner.reset();
    auto drained = std::async(std::launch::async, [] { return drain(for_ever) && ran; });
    queue->run_one();
    BOOST_TEST(drained.get());
}

BOOST_AUTO_TEST_CASE(drain_waits_for_a_cleanup_that_runs_inline_on_another_thread) {
    static event started, may_end;
    static std::atomic<bool> ended;
    ended = false;
    std::thread worker([] {
        quiet_handle owner(1);
        add_cleanup(owner, [] {
            started.set();
            may_end.wait();
            ended = true;
        });
    });
    started.wait();
    BOOST_TEST(!drain(nanoseconds(1)));
    auto drained = std::async(std::launch::async, [] { return drain(for_ever) && ended; });
    may_end.set();
    BOOST_TEST(drained.get());
    worker.join();
}

BOOST_AUTO_TEST_CASE(drain_inside_a_cleanup_returns_false_at_once) {
    handle owner(1);
    add_cleanup(owner, [] { note(drain(for_ever) ? "drained" : "refused"); });
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "refused"}));
}

BOOST_AUTO_TEST_CASE(drain_under_a_deferral_with_waiting_cleanups_returns_false_at_once) {
    handrail::deferral wait;
    handle owner(1);
    add_cleanup(owner, [] {});
    owner.reset();
    BOOST_TEST(!drain(for_ever));
}

BOOST_AUTO_TEST_SUITE_END()
