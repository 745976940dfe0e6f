// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: no document said when an owner's cleanups run if a cleanup of another owner ends it.
// Correct: cleanup.hpp says it. Each sentence there has a test here.

#include "tests/support/owners.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using lines = std::vector<std::string>;

namespace {

handle first, second, third;

struct three_owners : clean_log {
    three_owners() {
        first.reset(1);
        second.reset(2);
        third.reset(3);
        take_events();
    }
    three_owners(three_owners const&) = delete;
    three_owners& operator=(three_owners const&) = delete;
    ~three_owners() {
        for (handle* const each : {&first, &second, &third}) {
            each->reset();
        }
    }
};

struct object {
    ~object() { note("~object"); }
};
handrail::shared<object> managed;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(order_of_nested_endings, three_owners)

BOOST_AUTO_TEST_CASE(
    a_nested_ending_closes_at_once_and_its_cleanups_run_after_those_of_the_first_owner) {
    add_cleanup(first, [] { note("1 old"); });
    add_cleanup(first, [] {
        note("1 new begins");
        second.reset();
        note("1 new ends");
    });
    add_cleanup(second, [] { note("2 old"); });
    add_cleanup(second, [] { note("2 new"); });
    first.reset();
    note("reset returns");
    BOOST_TEST(take_events() == (lines{"close 1", "1 new begins", "close 2", "1 new ends", "1 old",
                                       "2 new", "2 old", "reset returns"}));
}

BOOST_AUTO_TEST_CASE(cleanups_of_nested_endings_run_in_the_order_of_the_endings) {
    add_cleanup(first, [] { third.reset(); });
    add_cleanup(first, [] { second.reset(); });
    add_cleanup(second, [] { note("2"); });
    add_cleanup(third, [] { note("3"); });
    first.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "close 2", "close 3", "2", "3"}));
}

BOOST_AUTO_TEST_CASE(an_owner_ended_by_a_waiting_cleanup_waits_behind_the_others) {
    add_cleanup(first, [] { second.reset(); });
    add_cleanup(second, [] { note("2 old"); });
    add_cleanup(second, [] { third.reset(); });
    add_cleanup(third, [] { note("3"); });
    first.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "close 2", "close 3", "2 old", "3"}));
}

BOOST_AUTO_TEST_CASE(a_nested_managed_object_is_destroyed_at_once_and_its_cleanups_wait) {
    managed = handrail::make<object>();
    add_cleanup(managed, [] { note("object's cleanup"); });
    add_cleanup(first, [] { note("1 old"); });
    add_cleanup(first, [] {
        managed.reset();
        note("1 new ends");
    });
    first.reset();
    BOOST_TEST(take_events() ==
               (lines{"close 1", "~object", "1 new ends", "1 old", "object's cleanup"}));
}

BOOST_AUTO_TEST_CASE(a_token_that_is_run_inside_a_cleanup_runs_at_once) {
    static handrail::cleanup token;
    token = add_cleanup(second, [] { note("2"); });
    add_cleanup(first, [] {
        token.run();
        note("1 ends");
    });
    first.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "2", "1 ends"}));
    second.reset();
}

BOOST_AUTO_TEST_CASE(the_batch_of_a_nested_ending_is_sent_to_its_runner_at_once) {
    auto [runner, manual] = make_test_runner<manual_runner>();
    set_runner(second, runner);
    add_cleanup(second, [] { note("2"); });
    static manual_runner* queue;
    queue = manual;
    add_cleanup(first, [] {
        second.reset();
        note(queue->size() == 1 ? "sent" : "not sent");
    });
    first.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "close 2", "sent"}));
    manual->run_one();
    BOOST_TEST(take_events() == lines{"2"});
}

BOOST_AUTO_TEST_SUITE_END()
