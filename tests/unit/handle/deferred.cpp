// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Handles with a runner, and with a close that is deferred to it.

#include "tests/unit/handle/support.hpp"

#include <handrail/cleanup.hpp>

#include <memory>
#include <tuple>

using namespace handle_test;
using handrail::add_cleanup;
using handrail::file;
using handrail::mapping;

namespace {

using owners = std::tuple<ticket, file, handrail::descriptor, mapping>;

template <class Owner>
using identity_of = decltype(subject<Owner>::identity(std::declval<Owner&>()));

// Whether the resource was open when the cleanup ran; -1: it has not run.
template <class Owner>
void note_whether_open(int* alive, identity_of<Owner> identity) {
    *alive = subject<Owner>::alive(identity) ? 1 : 0;
}

template <class Owner>
struct with_runner {
    std::pair<handrail::runner, manual_runner*> runner = make_test_runner<manual_runner>();
    int alive_in_cleanup = -1;
    std::unique_ptr<Owner> owner = std::make_unique<Owner>(subject<Owner>::open());
    identity_of<Owner> identity = subject<Owner>::identity(*owner);

    with_runner() {
        set_runner(*owner, runner.first);
        add_cleanup(*owner, &note_whether_open<Owner>, &alive_in_cleanup, identity);
    }
    void run() { runner.second->run_one(); }
    bool alive() const { return subject<Owner>::alive(identity); }
};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(a_runner_delays_cleanups_but_not_the_close, Owner, owners) {
    with_runner<Owner> s;
    s.owner.reset();
    BOOST_TEST(!s.alive());
    BOOST_TEST(s.alive_in_cleanup == -1);
    s.run();
    BOOST_TEST(s.alive_in_cleanup == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deferred_close_runs_on_the_runner_before_the_cleanups, Owner,
                              owners) {
    with_runner<Owner> s;
    defer_close(*s.owner);
    s.owner.reset();  // the guard's memory is gone
    BOOST_TEST(s.alive());
    BOOST_TEST(s.runner.second->size() == 1U);
    s.run();
    BOOST_TEST(!s.alive());
    BOOST_TEST(s.alive_in_cleanup == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deferred_close_happens_without_any_cleanup, Owner, owners) {
    auto const [runner, batches] = make_test_runner<manual_runner>();
    Owner owner = subject<Owner>::open();
    auto const identity = subject<Owner>::identity(owner);
    set_runner(owner, runner);
    defer_close(owner);
    owner.reset();
    BOOST_TEST(subject<Owner>::alive(identity));
    batches->run_one();
    BOOST_TEST(!subject<Owner>::alive(identity));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deferred_close_without_runner_happens_at_once, Owner, owners) {
    Owner owner = subject<Owner>::open();
    auto const identity = subject<Owner>::identity(owner);
    defer_close(owner);
    owner.reset();
    BOOST_TEST(!subject<Owner>::alive(identity));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_explicit_close_is_not_deferred, Owner, owners) {
    with_runner<Owner> s;
    defer_close(*s.owner);
    s.owner->close();
    BOOST_TEST(!s.alive());
    BOOST_TEST(s.alive_in_cleanup == -1);
    s.run();
    BOOST_TEST(s.alive_in_cleanup == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deferred_close_moves_along, Owner, owners) {
    with_runner<Owner> s;
    defer_close(*s.owner);
    {
        Owner const moved(std::move(*s.owner));
    }
    BOOST_TEST(s.alive());
    s.run();
    BOOST_TEST(!s.alive());
    BOOST_TEST(s.alive_in_cleanup == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(move_assignment_defers_the_close_of_the_previous_resource, Owner,
                              owners) {
    with_runner<Owner> s;
    defer_close(*s.owner);
    *s.owner = subject<Owner>::open();
    BOOST_TEST(s.alive());
    BOOST_TEST(s.owner->is_open());
    s.run();
    BOOST_TEST(!s.alive());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_empty_owner_accepts_neither_a_runner_nor_a_deferred_close, Owner,
                              owners) {
    auto const [runner, batches] = make_test_runner<manual_runner>();
    Owner never;
    BOOST_CHECK_THROW(set_runner(never, runner), std::invalid_argument);
    BOOST_CHECK_THROW(defer_close(never), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(releasing_a_deferred_handle_closes_nothing) {
    with_runner<file> s;
    defer_close(*s.owner);
    file const released(s.owner->release());
    s.owner.reset();
    BOOST_TEST(s.runner.second->size() == 0U);
    BOOST_TEST(s.alive());
    BOOST_TEST(s.alive_in_cleanup == -1);
}

BOOST_AUTO_TEST_CASE(a_deferred_close_that_fails_reaches_the_failure_handler) {
    with_runner<ticket> s;
    defer_close(*s.owner);
    auto const line = std::source_location::current().line() - 1;
    s.owner.reset();
    failure_recorder const failures;
    ticket_traits::failing = true;
    s.run();
    ticket_traits::failing = false;
    BOOST_REQUIRE(failures.recorded().size() == 1U);
    BOOST_TEST((failures.recorded()[0].what == handrail::failure::kind::close));
    BOOST_TEST(failures.recorded()[0].where.line() == line);
    BOOST_TEST(s.alive_in_cleanup == 0);
}

BOOST_AUTO_TEST_CASE(handles_opened_after_set_default_runner_use_that_runner) {
    auto const [runner, batches] = make_test_runner<manual_runner>();
    handrail::set_default_runner(runner);
    int alive = -1;
    {
        mapping m = subject<mapping>::open();
        add_cleanup(m, &note_whether_open<mapping>, &alive, subject<mapping>::identity(m));
    }
    handrail::set_default_runner({});
    BOOST_TEST(alive == -1);
    batches->run_one();
    BOOST_TEST(alive == 0);
}
