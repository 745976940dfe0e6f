// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Registering, stopping and running cleanups on one owner.

#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using lines = std::vector<std::string>;

namespace {

struct counted {
    static inline int alive = 0;
    counted() { ++alive; }
    counted(counted const&) { ++alive; }
    counted(counted&&) noexcept { ++alive; }
    ~counted() { --alive; }
};

constinit handrail::cleanup empty_token;
static_assert(std::is_nothrow_default_constructible_v<handrail::cleanup>);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cleanups, clean_log)

BOOST_AUTO_TEST_CASE(one_cleanup_runs_after_the_close) {
    {
        handle owner(1);
        add_cleanup(owner, &note, std::string("a"));
    }
    BOOST_TEST(take_events() == (lines{"close 1", "a"}));
}

BOOST_AUTO_TEST_CASE(many_cleanups_run_newest_first) {
    {
        handle owner(1);
        for (char const* name : {"a", "b", "c"}) {
            add_cleanup(owner, &note, std::string(name));
        }
    }
    BOOST_TEST(take_events() == (lines{"close 1", "c", "b", "a"}));
}

BOOST_AUTO_TEST_CASE(a_discarded_token_leaves_the_cleanup_registered) {
    {
        handle owner(1);
        {
            auto token = add_cleanup(owner, &note, std::string("a"));
        }
    }
    BOOST_TEST(take_events() == (lines{"close 1", "a"}));
}

BOOST_AUTO_TEST_CASE(stop_prevents_the_run_and_destroys_the_arguments_at_once) {
    handle owner(1);
    auto token = add_cleanup(owner, [](counted) { note("ran"); }, counted());
    BOOST_TEST(counted::alive == 1);
    BOOST_TEST(token.stop());
    BOOST_TEST(counted::alive == 0);
    owner.reset();
    BOOST_TEST(take_events() == lines{"close 1"});
}

BOOST_AUTO_TEST_CASE(the_second_stop_returns_false) {
    handle owner(1);
    auto token = add_cleanup(owner, [] {});
    auto copy = token;
    BOOST_TEST(token.stop());
    BOOST_TEST(!token.stop());
    BOOST_TEST(!copy.stop());
}

BOOST_AUTO_TEST_CASE(stops_interleaved_with_registrations_leave_the_others) {
    {
        handle owner(1);
        auto a = add_cleanup(owner, &note, std::string("a"));
        auto b = add_cleanup(owner, &note, std::string("b"));
        a.stop();
        auto c = add_cleanup(owner, &note, std::string("c"));
        c.stop();
        add_cleanup(owner, &note, std::string("d"));
    }
    BOOST_TEST(take_events() == (lines{"close 1", "d", "b"}));
}

BOOST_AUTO_TEST_CASE(stop_returns_false_after_the_cleanup_has_run) {
    handle owner(1);
    auto token = add_cleanup(owner, [] {});
    owner.reset();
    BOOST_TEST(!token.stop());
    BOOST_TEST(!token.run());
    BOOST_TEST(!token.pending());
}

BOOST_AUTO_TEST_CASE(run_runs_now_and_only_once) {
    handle owner(1);
    auto token = add_cleanup(owner, &note, std::string("early"));
    BOOST_TEST(token.pending());
    BOOST_TEST(token.run());
    BOOST_TEST(!token.run());
    BOOST_TEST(!token.pending());
    owner.reset();
    BOOST_TEST(take_events() == (lines{"early", "close 1"}));
}

BOOST_AUTO_TEST_CASE(all_functions_of_an_empty_token_return_false) {
    BOOST_TEST(!empty_token.stop());
    BOOST_TEST(!empty_token.run());
    BOOST_TEST(!empty_token.pending());
}

BOOST_AUTO_TEST_CASE(a_token_outlives_its_owner) {
    handrail::cleanup token;
    {
        handle owner(1);
        token = add_cleanup(owner, [] {});
    }
    BOOST_TEST(!token.pending());
}

BOOST_AUTO_TEST_CASE(empty_and_one_byte_arguments_are_passed) {
    struct empty {};
    handle owner(1);
    add_cleanup(owner, [](empty, char c) { note(std::string(1, c)); }, empty(), 'x');
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "x"}));
}

BOOST_AUTO_TEST_CASE(arguments_are_passed_as_rvalues) {
    handle owner(1);
    add_cleanup(
        owner, [](std::unique_ptr<std::string> s) { note(*s); },
        std::make_unique<std::string>("moved"));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "moved"}));
}

BOOST_AUTO_TEST_CASE(a_member_function_pointer_is_invoked_on_the_first_argument) {
    struct speaker {
        std::string name;
        void speak() { note(name); }
    };
    handle owner(1);
    add_cleanup(owner, &speaker::speak, speaker{"spoken"});
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "spoken"}));
}

BOOST_AUTO_TEST_CASE(a_capturing_callable_runs_when_it_is_marked) {
    handle owner(1);
    add_cleanup(owner, handrail::capturing([s = std::string("captured")] { note(s); }));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "captured"}));
}

BOOST_AUTO_TEST_CASE(over_aligned_arguments_are_aligned) {
    struct alignas(64) wide {
        char bytes[64];
    };
    handle owner(1);
    add_cleanup(
        owner, handrail::capturing([w = wide{}] {
            note(reinterpret_cast<std::uintptr_t>(&w) % 64 == 0 ? "aligned" : "not aligned");
        }));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "aligned"}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_may_register_on_another_owner) {
    handle other(2);
    handle owner(1);
    add_cleanup(owner, [](handle* to) { add_cleanup(*to, &note, std::string("nested")); }, &other);
    owner.reset();
    other.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "close 2", "nested"}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_may_stop_another_owner_s_cleanup) {
    handle other(2);
    auto token = add_cleanup(other, &note, std::string("never"));
    handle owner(1);
    add_cleanup(owner, [](handrail::cleanup t) { note(t.stop() ? "stopped" : "lost"); }, token);
    owner.reset();
    other.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "stopped", "close 2"}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_cannot_stop_another_of_the_same_owner_because_both_are_claimed) {
    handle owner(1);
    auto older = add_cleanup(owner, &note, std::string("older"));
    add_cleanup(owner, [](handrail::cleanup t) { note(t.stop() ? "stopped" : "lost"); }, older);
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "lost", "older"}));
}

BOOST_AUTO_TEST_CASE(stopped_registrations_do_not_accumulate_whatever_their_order) {
    handle owner(1);
    auto kept = add_cleanup(owner, [](counted) {}, counted());
    std::vector<handrail::cleanup> tokens;
    auto const before = handrail::cleanup_stats();
    for (int i = 0; i != 100'000; ++i) {
        tokens.push_back(add_cleanup(owner, [](counted) {}, counted()));
        if (tokens.size() == 8) {  // oldest first: the reverse of the chain's order
            for (auto& token : tokens) {
                token.stop();
            }
            tokens.clear();
        }
    }
    BOOST_TEST(counted::alive == 1);
    BOOST_TEST(handrail::cleanup_stats().stopped - before.stopped == 100'000U);
}

BOOST_AUTO_TEST_CASE(owners_that_end_each_other_in_a_long_chain_do_not_deepen_the_stack) {
    static int ended;
    ended = 0;
    auto next = std::make_unique<quiet_handle>(1);
    for (int i = 0; i != 1'000'000; ++i) {
        auto owner = std::make_unique<quiet_handle>(1);
        add_cleanup(*owner, [](std::unique_ptr<quiet_handle>) { ++ended; }, std::move(next));
        next = std::move(owner);
    }
    next.reset();
    BOOST_TEST(ended == 1'000'000);
}

BOOST_AUTO_TEST_CASE(a_record_with_a_pointer_takes_at_most_64_bytes) {
    using plain = handrail::detail::typed_record<decltype([](int*) {}), int*>;
    static_assert(sizeof(plain) <= 40);  // malloc adds 8 and rounds to 16
    using with_function = handrail::detail::typed_record<void (*)(int*), int*>;
    static_assert(sizeof(with_function) <= 56);
    BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(a_token_keeps_neither_arguments_nor_resource_alive) {
    auto token = handrail::cleanup();
    {
        handle owner(1);
        token = add_cleanup(owner, [](counted) {}, counted());
    }
    BOOST_TEST(counted::alive == 0);
    BOOST_TEST(take_events() == lines{"close 1"});
}

BOOST_AUTO_TEST_SUITE_END()
