// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The rules of cleanups that docs/architecture.md promises, one test each. Rules about descriptors
// and sockets are tested with those.

#include "tests/support/owners.hpp"
#include "tests/support/printed.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using lines = std::vector<std::string>;

namespace {

// Counts and fails allocations of this program.
thread_local long allocations = 0;
thread_local long fail_at = -1;  // the nth allocation from now; -1: none

void* allocate(std::size_t size, std::size_t alignment) {
    ++allocations;
    if (fail_at >= 0 && fail_at-- == 0) {
        return nullptr;
    }
    std::size_t const rounded = (size + alignment - 1) / alignment * alignment;
    return alignment <= alignof(std::max_align_t) ? std::malloc(size)
                                                  : std::aligned_alloc(alignment, rounded);
}

struct noting {
    std::string name;
    ~noting() { note("~" + name); }
};

}  // namespace

void* operator new(std::size_t size) {
    if (void* p = allocate(size, 1)) {
        return p;
    }
    throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    if (void* p = allocate(size, static_cast<std::size_t>(alignment))) {
        return p;
    }
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

BOOST_FIXTURE_TEST_SUITE(rules, clean_log)

BOOST_AUTO_TEST_CASE(rule_1_the_resource_ends_first_then_its_cleanups_newest_first) {
    {
        handle owner(1);
        add_cleanup(owner, &note, std::string("older"));
        add_cleanup(owner, &note, std::string("newer"));
        auto const object = handrail::make<noting>("object");
        add_cleanup(object, &note, std::string("of the object"));
    }
    BOOST_TEST(take_events() == (lines{"~object", "of the object", "close 1", "newer", "older"}));
}

BOOST_AUTO_TEST_CASE(rule_1_a_cleanup_finds_weak_references_empty) {
    auto object = handrail::make<int>(1);
    add_cleanup(
        object, [](handrail::weak<int> w) { note(w.expired() && !w.lock() ? "empty" : "alive"); },
        handrail::weak<int>(object));
    object.reset();
    BOOST_TEST(take_events() == lines{"empty"});
}

BOOST_AUTO_TEST_CASE(rule_4_ending_allocates_nothing) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    struct dropping : handrail::runner_base {
        void execute(handrail::batch) override {}  // its destructor runs the batch
    };
    auto const inline_again = handrail::runner(std::make_unique<dropping>());
    quiet_handle plain(1), sent(2), deferred(3);
    auto object = handrail::make<int>(1);
    for (auto* owner : {&plain, &sent, &deferred}) {
        add_cleanup(*owner, [](int) {}, 1);
        add_cleanup(*owner, [](int) {}, 2);
    }
    add_cleanup(object, [](int) {}, 3);
    handrail::set_runner(sent, inline_again);
    handrail::set_runner(object, inline_again);
    handrail::defer_close(deferred);
    long const before = allocations;
    plain.reset();
    sent.reset();
    deferred.reset();
    object.reset();
    BOOST_TEST(allocations == before);
}

BOOST_AUTO_TEST_CASE(rule_4_an_exception_stays_inside_and_the_following_cleanups_run) {
    failure_recorder failures;
    {
        handle owner(1);
        add_cleanup(owner, &note, std::string("after"));
        add_cleanup(owner, [] { throw std::runtime_error("thrown"); });
    }
    BOOST_TEST(take_events() == (lines{"close 1", "after"}));
    BOOST_TEST_REQUIRE(failure_recorder::recorded().size() == 1U);
    BOOST_TEST((failure_recorder::recorded()[0].what == handrail::failure::kind::cleanup_threw));
    BOOST_CHECK_THROW(std::rethrow_exception(failure_recorder::recorded()[0].exception),
                      std::runtime_error);
}

BOOST_AUTO_TEST_CASE(rule_5_a_cleanup_may_register_stop_and_drop_anything) {
    auto other = handrail::make<noting>("other");
    auto token = add_cleanup(other, &note, std::string("stopped"));
    handle owner(1);
    add_cleanup(
        owner,
        [](handrail::shared<noting> held, handrail::cleanup t) {
            add_cleanup(held, &note, std::string("registered"));
            t.stop();
            held.reset();
            note("end of the cleanup");
        },
        other, token);
    other.reset();
    owner.reset();
    // Its cleanups wait until this one has returned.
    BOOST_TEST(take_events() == (lines{"close 1", "~other", "end of the cleanup", "registered"}));
}

BOOST_AUTO_TEST_CASE(rule_5_a_deferral_holds_cleanups_back_until_the_outermost_ends) {
    static std::mutex user_lock;
    handle a(1), b(2);
    add_cleanup(a, [] {
        std::lock_guard hold(user_lock);
        note("a");
    });
    add_cleanup(b, &note, std::string("b"));
    {
        handrail::deferral outer;
        std::lock_guard hold(user_lock);
        {
            handrail::deferral inner;
            a.reset();
        }
        b.reset();
        BOOST_TEST(take_events() == (lines{"close 1", "close 2"}));
    }
    BOOST_TEST(take_events() == (lines{"a", "b"}));
}

BOOST_AUTO_TEST_CASE(rule_6_a_failed_close_is_reported_with_the_handle_empty) {
    handle owner(noting_traits::failing);
    boost::system::error_code ec;
    owner.close(ec);
    BOOST_TEST(ec == boost::system::errc::io_error);
    BOOST_TEST(!owner.is_open());
    owner.close(ec);
    BOOST_TEST(!ec);
}

BOOST_AUTO_TEST_CASE(
    rule_6_an_ending_that_cannot_report_tells_the_failure_handler_and_keeps_errno) {
    failure_recorder failures;
    errno = EDOM;
    {
        handle owner(noting_traits::failing);
        add_cleanup(owner, [] { errno = ERANGE; });
    }
    BOOST_TEST(errno == EDOM);
    BOOST_TEST_REQUIRE(failure_recorder::recorded().size() == 1U);
    BOOST_TEST((failure_recorder::recorded()[0].what == handrail::failure::kind::close));
    BOOST_TEST(failure_recorder::recorded()[0].error == boost::system::errc::io_error);
}

BOOST_AUTO_TEST_CASE(rule_8_a_registration_without_memory_leaves_the_owner_as_it_was) {
    handle owner(1);
    auto const before = handrail::cleanup_stats();
    fail_at = 0;
    BOOST_CHECK_THROW(add_cleanup(owner, [](int) { note("never"); }, 1), std::bad_alloc);
    fail_at = 0;
    BOOST_CHECK_THROW(handrail::set_runner(owner, handrail::runner()), std::bad_alloc);
    fail_at = 0;
    BOOST_CHECK_THROW(handrail::defer_close(owner), std::bad_alloc);
    fail_at = -1;
    BOOST_TEST(owner.is_open());
    BOOST_TEST(handrail::cleanup_stats().registered == before.registered);
    owner.reset();
    BOOST_TEST(take_events() == lines{"close 1"});
}

BOOST_AUTO_TEST_CASE(rule_8_an_argument_that_throws_as_it_moves_leaves_the_owner_as_it_was) {
    struct throws_when_moved {
        throws_when_moved() = default;
        throws_when_moved(throws_when_moved&&) { throw std::runtime_error("moved"); }
    };
    handle owner(1);
    auto const before = handrail::cleanup_stats().registered;
    BOOST_CHECK_THROW(add_cleanup(
                          owner, [](throws_when_moved) { note("never"); }, throws_when_moved()),
                      std::runtime_error);
    BOOST_TEST(handrail::cleanup_stats().registered == before);
    owner.reset();
    BOOST_TEST(take_events() == lines{"close 1"});
}

BOOST_AUTO_TEST_CASE(a_default_runner_without_memory_leaves_the_owner_inline_and_is_reported) {
    failure_recorder failures;
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handrail::set_default_runner(runner);
    fail_at = 0;
    handle owner(1);
    fail_at = -1;
    handrail::set_default_runner({});
    add_cleanup(owner, &note, std::string("inline"));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "inline"}));
    BOOST_TEST_REQUIRE(failure_recorder::recorded().size() == 1U);
    BOOST_TEST(
        (failure_recorder::recorded()[0].what == handrail::failure::kind::no_batch_reserved));
}

BOOST_AUTO_TEST_CASE(the_default_handler_prints_that_an_owner_does_without_the_default_runner) {
    handrail::set_default_runner(make_test_runner<manual_runner>().first);
    auto const text = printed_by([] {
        fail_at = 0;
        quiet_handle const owner(1);
        fail_at = -1;
    });
    handrail::set_default_runner({});
    BOOST_TEST(text.starts_with(
        "handrail: no batch could be reserved for test handle 1, which does without the default "
        "runner: std::bad_alloc (opened at "));
}

BOOST_AUTO_TEST_CASE(cleanup_stats_counts_what_happened) {
    failure_recorder failures;
    auto const before = handrail::cleanup_stats();
    std::thread([] {  // counts of exited threads are kept
        quiet_handle owner(1);
        add_cleanup(owner, [] {});
        add_cleanup(owner, [] { throw 1; });
        add_cleanup(owner, [] {}).stop();
        add_cleanup(owner, [] {}).run();
    })
        .join();
    quiet_handle released(1);
    add_cleanup(released, [] {});
    static_cast<void>(released.release());
    auto const after = handrail::cleanup_stats();
    BOOST_TEST(after.registered - before.registered == 5U);
    BOOST_TEST(after.stopped - before.stopped == 2U);
    BOOST_TEST(after.queued - before.queued == 3U);
    BOOST_TEST(after.executed - before.executed == 3U);
    BOOST_TEST(after.failed - before.failed == 1U);
}

BOOST_AUTO_TEST_CASE(cleanups_on_a_thread_that_only_ends_owners_run) {
    handle owner(1);
    add_cleanup(owner, &note, std::string("there"));
    std::thread([moved = std::move(owner)]() mutable { moved.reset(); }).join();
    BOOST_TEST(take_events() == (lines{"close 1", "there"}));
}

BOOST_AUTO_TEST_SUITE_END()
