// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What happens to an owner's resource and cleanups at each event of the table in
// docs/architecture.md, for every kind of handle.

#include "tests/unit/handle/support.hpp"

#include <handrail/cleanup.hpp>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <tuple>

using namespace handle_test;
using handrail::add_cleanup;
using handrail::descriptor;
using handrail::file;
using handrail::mapping;

namespace {

using owners = std::tuple<ticket, file, descriptor, mapping>;
using handles = std::tuple<ticket, file, descriptor>;  // these have release() and assign()

// What the cleanups of a test did, in order.
struct journal {
    std::string runs;
    bool resource_alive = false;
};

void note(journal* to, char mark) { to->runs += mark; }

template <class Owner>
void note_life(journal* to, decltype(subject<Owner>::identity(std::declval<Owner&>())) identity) {
    to->runs += 'r';
    to->resource_alive = to->resource_alive || subject<Owner>::alive(identity);
}

// An open owner with a cleanup 'a', one that checks whether the resource is open, and 'b'.
template <class Owner>
struct guarded_subject {
    journal log;
    Owner owner = subject<Owner>::open();
    decltype(subject<Owner>::identity(owner)) identity = subject<Owner>::identity(owner);
    handrail::cleanup first = add_cleanup(owner, &note, &log, 'a');
    handrail::cleanup second = add_cleanup(owner, &note_life<Owner>, &log, identity);
    handrail::cleanup third = add_cleanup(owner, &note, &log, 'b');

    bool alive() const { return subject<Owner>::alive(identity); }
    bool pending() const { return first.pending() && second.pending() && third.pending(); }
    bool ended() const { return log.runs == "bra" && !log.resource_alive && !alive(); }
};

std::uint64_t stopped() { return handrail::cleanup_stats().stopped; }

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(move_construction_moves_handle_and_cleanups, Owner, owners) {
    guarded_subject<Owner> s;
    {
        Owner moved(std::move(s.owner));
        BOOST_TEST(moved.is_open());
        BOOST_TEST(!s.owner.is_open());
        BOOST_TEST((subject<Owner>::identity(moved) == s.identity));
        BOOST_TEST(s.alive());
        BOOST_TEST(s.pending());
        BOOST_TEST(s.log.runs == "");
    }
    BOOST_TEST(s.ended());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(tokens_stay_valid_when_their_owner_moves, Owner, owners) {
    guarded_subject<Owner> s;
    Owner moved(std::move(s.owner));
    Owner again;
    again = std::move(moved);
    BOOST_TEST(s.second.stop());
    BOOST_TEST(s.first.run());
    again.reset();
    BOOST_TEST(s.log.runs == "ab");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(end_of_life_closes_then_runs_cleanups_newest_first, Owner, owners) {
    guarded_subject<Owner> s;
    {
        Owner const ended(std::move(s.owner));
    }
    BOOST_TEST(s.ended());
    BOOST_TEST(!s.third.pending());
    BOOST_TEST(!s.third.stop());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(move_assignment_ends_the_previous_resource, Owner, owners) {
    guarded_subject<Owner> s;
    guarded_subject<Owner> other;
    s.owner = std::move(other.owner);
    BOOST_TEST(s.ended());
    BOOST_TEST(other.alive());
    BOOST_TEST(other.pending());
    BOOST_TEST((subject<Owner>::identity(s.owner) == other.identity));
    s.owner.reset();
    BOOST_TEST(other.ended());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(move_assignment_to_itself_changes_nothing, Owner, owners) {
    guarded_subject<Owner> s;
    Owner& same = s.owner;
    s.owner = std::move(same);
    BOOST_TEST(s.alive());
    BOOST_TEST(s.pending());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reset_without_handle_ends_the_owner, Owner, owners) {
    guarded_subject<Owner> s;
    s.owner.reset();
    BOOST_TEST(s.ended());
    BOOST_TEST(!s.owner.is_open());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reset_ends_the_old_handle_and_owns_the_new_one, Owner, handles) {
    guarded_subject<Owner> s;
    auto const fresh = subject<Owner>::open().release();
    s.owner.reset(fresh);
    BOOST_TEST(s.ended());
    BOOST_TEST(s.owner.native_handle() == fresh);
    s.owner.reset();
    BOOST_TEST(!subject<Owner>::alive(fresh));
    BOOST_TEST(s.log.runs == "bra");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(closing_ends_the_resource_then_runs_cleanups, Owner, owners) {
    guarded_subject<Owner> s;
    s.owner.close();
    BOOST_TEST(s.ended());
    BOOST_TEST(!s.owner.is_open());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(closing_with_error_code_ends_the_resource_then_runs_cleanups, Owner,
                              owners) {
    guarded_subject<Owner> s;
    error_code ec = make_error_code(boost::system::errc::io_error);
    s.owner.close(ec);
    BOOST_TEST(!ec.failed());
    BOOST_TEST(s.ended());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(closing_twice_does_nothing_and_reports_no_error, Owner, owners) {
    guarded_subject<Owner> s;
    s.owner.close();
    error_code ec = make_error_code(boost::system::errc::io_error);
    s.owner.close(ec);
    BOOST_TEST(!ec.failed());
    BOOST_CHECK_NO_THROW(s.owner.close());
    BOOST_TEST(s.log.runs == "bra");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(closing_an_owner_that_never_opened_reports_no_error, Owner, owners) {
    Owner never;
    error_code ec = make_error_code(boost::system::errc::io_error);
    never.close(ec);
    BOOST_TEST(!ec.failed());
    BOOST_CHECK_NO_THROW(never.close());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(release_gives_the_handle_up_open_and_drops_the_cleanups, Owner,
                              handles) {
    guarded_subject<Owner> s;
    auto const argument = std::make_shared<int>(1);
    add_cleanup(s.owner, [](std::shared_ptr<int> const&) {}, argument);
    auto const before = stopped();
    auto const native = s.owner.release();
    BOOST_TEST(native == s.identity);
    BOOST_TEST(s.alive());
    BOOST_TEST(!s.owner.is_open());
    BOOST_TEST(stopped() - before == 4);
    BOOST_TEST(argument.use_count() == 1);
    BOOST_TEST(!s.first.pending());
    BOOST_TEST(!s.first.run());
    s.owner.reset();
    BOOST_TEST(s.alive());
    s.owner.reset(native);
    s.owner.reset();
    BOOST_TEST(s.log.runs == "");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(release_of_an_empty_owner_returns_the_invalid_handle, Owner,
                              handles) {
    Owner never;
    BOOST_TEST(never.release() == Owner::traits_type::invalid());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(assign_ends_the_old_handle_and_owns_the_new_one, Owner, handles) {
    guarded_subject<Owner> s;
    auto const fresh = subject<Owner>::open().release();
    s.owner.assign(fresh);
    BOOST_TEST(s.ended());
    BOOST_TEST(s.owner.native_handle() == fresh);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(assigning_an_invalid_handle_is_refused_and_changes_nothing, Owner,
                              handles) {
    guarded_subject<Owner> s;
    BOOST_CHECK_THROW(s.owner.assign(Owner::traits_type::invalid()), std::invalid_argument);
    BOOST_CHECK_THROW(s.owner.assign(-5), std::invalid_argument);
    error_code ec;
    s.owner.assign(Owner::traits_type::invalid(), ec);
    BOOST_TEST((ec == boost::system::errc::invalid_argument));
    BOOST_TEST(s.alive());
    BOOST_TEST(s.pending());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(assigning_the_handle_that_is_owned_is_refused_and_changes_nothing,
                              Owner, handles) {
    guarded_subject<Owner> s;
    BOOST_CHECK_THROW(s.owner.assign(s.identity), std::invalid_argument);
    BOOST_TEST(s.alive());
    BOOST_TEST(s.pending());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(add_cleanup_on_an_empty_owner_is_refused, Owner, owners) {
    journal log;
    Owner never;
    BOOST_CHECK_THROW(add_cleanup(never, &note, &log, 'x'), std::invalid_argument);
    guarded_subject<Owner> s;
    s.owner.close();
    BOOST_CHECK_THROW(add_cleanup(s.owner, &note, &log, 'x'), std::invalid_argument);
    Owner moved_from = subject<Owner>::open();
    Owner const target(std::move(moved_from));
    BOOST_CHECK_THROW(add_cleanup(moved_from, &note, &log, 'x'), std::invalid_argument);
    BOOST_TEST(log.runs == "");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_owner_can_be_opened_again_without_old_cleanups, Owner, owners) {
    guarded_subject<Owner> s;
    s.owner.close();
    s.owner = subject<Owner>::open();
    add_cleanup(s.owner, &note, &s.log, 'n');
    s.owner.close();
    BOOST_TEST(s.log.runs == "bran");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(ending_keeps_errno, Owner, owners) {
    {
        Owner const owner = subject<Owner>::open();
        errno = EDOM;
    }
    BOOST_TEST(errno == EDOM);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_cleanup_may_destroy_its_owner, Owner, owners) {
    auto owner = std::make_unique<std::unique_ptr<Owner>>();
    *owner = std::make_unique<Owner>(subject<Owner>::open());
    add_cleanup(**owner, [](std::unique_ptr<Owner>* last) { last->reset(); }, owner.get());
    Owner& ended = **owner;
    ended.close();
    BOOST_TEST(*owner == nullptr);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(pointers_to_the_owner_are_refused_as_arguments, Owner, owners) {
    Owner owner = subject<Owner>::open();
    BOOST_CHECK_THROW(add_cleanup(owner, [](Owner*) {}, &owner), handrail::self_capture);
    BOOST_CHECK_THROW(add_cleanup(owner, [](Owner&) {}, std::ref(owner)), handrail::self_capture);
}

// ---- a close that fails -------------------------------------------------------------------------

namespace {

struct failing_close {
    failing_close() { ticket_traits::failing = true; }
    failing_close(failing_close const&) = delete;
    failing_close& operator=(failing_close const&) = delete;
    ~failing_close() { ticket_traits::failing = false; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_failing_close_throws_an_error_that_names_operation_and_object) {
    guarded_subject<ticket> s;
    failing_close const failing;
    failure_recorder const failures;
    std::string const text = message_of(boost::system::errc::io_error, [&] { s.owner.close(); });
    BOOST_TEST(contains(text, "close"));
    BOOST_TEST(contains(text, "ticket " + std::to_string(s.identity)));
    BOOST_TEST(s.ended());
    BOOST_TEST(!s.owner.is_open());
    BOOST_TEST(failures.recorded().empty());
}

BOOST_AUTO_TEST_CASE(a_failing_close_sets_the_error_code_and_ends_the_resource_nevertheless) {
    guarded_subject<ticket> s;
    failing_close const failing;
    error_code ec;
    s.owner.close(ec);
    BOOST_TEST((ec == boost::system::errc::io_error));
    BOOST_TEST(s.ended());
    s.owner.close(ec);
    BOOST_TEST(!ec.failed());
}

BOOST_AUTO_TEST_CASE(a_close_that_fails_at_the_end_of_life_reaches_the_failure_handler) {
    guarded_subject<ticket> s;
    failing_close const failing;
    failure_recorder const failures;
    {
        ticket const ended(std::move(s.owner));
    }
    BOOST_TEST(s.ended());
    BOOST_REQUIRE(failures.recorded().size() == 1);
    BOOST_TEST((failures.recorded()[0].what == handrail::failure::kind::close));
    BOOST_TEST((failures.recorded()[0].error == boost::system::errc::io_error));
}

BOOST_AUTO_TEST_CASE(a_close_that_fails_in_move_assignment_and_reset_reaches_the_failure_handler) {
    guarded_subject<ticket> s;
    failing_close const failing;
    failure_recorder const failures;
    s.owner = subject<ticket>::open();
    s.owner.reset(ticket_traits::take());
    s.owner.reset();
    BOOST_TEST(failures.recorded().size() == 3);
}

BOOST_AUTO_TEST_CASE(no_ticket_was_closed_twice_or_left_open) {
    BOOST_TEST(ticket_traits::double_closes == 0);
    BOOST_TEST(ticket_traits::open.empty());
}
