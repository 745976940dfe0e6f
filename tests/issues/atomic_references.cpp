// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::atomic of shared and weak did not compile.

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
#include <thread>
#include <type_traits>
#include <utility>

using handrail::make;
using handrail::shared;
using handrail::weak;

namespace {

struct two_parts {
    int first = 1;
    int second = 2;
};

struct calls_at_end {
    std::function<void()> call;
    calls_at_end(std::function<void()> c) : call(std::move(c)) {}
    ~calls_at_end() { call(); }
};

// Refers to itself through what the collector does not see.
struct own_keeper {
    handrail::edge<own_keeper> next;
    std::atomic<shared<own_keeper>> kept;
    using managed_edges = handrail::edges<&own_keeper::next>;
};

static_assert(!std::is_copy_constructible_v<std::atomic<shared<int>>>);
static_assert(!std::is_copy_assignable_v<std::atomic<shared<int>>>);
static_assert(!std::atomic<shared<int>>::is_always_lock_free);
static_assert(std::is_same_v<std::atomic<shared<int>>::value_type, shared<int>>);
static_assert(std::is_same_v<std::atomic<weak<int>>::value_type, weak<int>>);

}  // namespace

BOOST_AUTO_TEST_SUITE(atomic_references)

BOOST_AUTO_TEST_CASE(load_store_and_exchange_count_as_copies_and_moves_do) {
    auto const a = make<int>(1);
    auto const b = make<int>(2);
    std::atomic<shared<int>> place(a);
    BOOST_TEST(a.use_count() == 2);
    BOOST_TEST(place.load() == a);
    BOOST_TEST(a.use_count() == 2);
    shared<int> const converted = place;
    BOOST_TEST(converted == a);
    place.store(b);
    BOOST_TEST(b.use_count() == 2);
    place = a;
    BOOST_TEST(b.use_count() == 1);
    BOOST_TEST(place.exchange(nullptr) == a);
    BOOST_TEST(place.load() == nullptr);
    BOOST_TEST(a.use_count() == 2);
    BOOST_TEST(!place.is_lock_free());
}

BOOST_AUTO_TEST_CASE(its_reference_goes_with_it) {
    auto const a = make<int>(1);
    {
        std::atomic<shared<int>> const place(a);
    }
    BOOST_TEST(a.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(compare_exchange_compares_pointer_and_owner) {
    auto const whole = make<two_parts>();
    shared<int> const first(whole, &whole->first);
    shared<int> const second(whole, &whole->second);
    auto const stranger = make<int>(1);
    shared<int> const claims_first(stranger, &whole->first);
    std::atomic<shared<int>> place(first);
    for (shared<int> expected : {second, claims_first, shared<int>()}) {
        BOOST_TEST(!place.compare_exchange_strong(expected, nullptr));
        BOOST_TEST(expected == first);
        BOOST_TEST(expected.owner_equal(first));
    }
    shared<int> expected = first;
    BOOST_TEST(place.compare_exchange_weak(expected, second, std::memory_order_release,
                                           std::memory_order_relaxed));
    BOOST_TEST(expected == first);
    BOOST_TEST(place.load() == second);
    BOOST_TEST(whole.use_count() == 5);  // whole, first, second, expected, place
}

BOOST_AUTO_TEST_CASE(an_atomic_weak_watches) {
    auto a = make<int>(1);
    std::atomic<weak<int>> place(a);
    BOOST_TEST(place.load().lock() == a);
    BOOST_TEST(a.use_count() == 1);
    weak<int> expected;
    BOOST_TEST(!place.compare_exchange_strong(expected, weak<int>()));
    BOOST_TEST(expected == weak<int>(a));
    a.reset();
    BOOST_TEST(place.load().expired());
    BOOST_TEST(place.compare_exchange_strong(expected, weak<int>()));
    BOOST_TEST(place.load() == weak<int>());
}

BOOST_AUTO_TEST_CASE(destructors_and_cleanups_may_use_the_same_atomic) {
    std::atomic<shared<calls_at_end>> place;
    int ends = 0;
    auto const fresh = [&] {
        auto made = make<calls_at_end>([&] { ends += place.load() == nullptr; });
        add_cleanup(made, handrail::capturing([&] { ends += 10 * (place.load() == nullptr); }));
        return made;
    };
    place = fresh();
    place = nullptr;
    BOOST_TEST(ends == 11);
    place = fresh();
    place.exchange(nullptr);
    BOOST_TEST(ends == 22);
    place = fresh();
    shared<calls_at_end> expected = place.load();
    auto* const seen = &expected;
    BOOST_TEST(place.compare_exchange_strong(*seen, nullptr));
    expected.reset();
    BOOST_TEST(ends == 33);
}

// What expected held before ends as well when it is replaced.
BOOST_AUTO_TEST_CASE(a_failed_exchange_lets_go_of_what_was_expected_outside_the_atomic) {
    std::atomic<shared<calls_at_end>> place;
    bool ended = false;
    auto expected = make<calls_at_end>([&] { ended = place.load() == nullptr; });
    BOOST_TEST(!place.compare_exchange_strong(expected, nullptr));
    BOOST_TEST(ended);
    BOOST_TEST(expected == nullptr);
}

BOOST_AUTO_TEST_CASE(wait_returns_when_the_reference_changes) {
    auto const a = make<int>(1);
    std::atomic<shared<int>> place(a);
    place.wait(nullptr);  // has another value: returns at once
    std::atomic<bool> returned{false};
    std::thread waiter([&] {
        place.wait(a);
        returned = true;
    });
    place.notify_all();  // nothing has changed
    place = make<int>(2);
    place.notify_one();
    waiter.join();
    BOOST_TEST(returned);
}

BOOST_AUTO_TEST_CASE(threads_hand_an_object_on) {
    std::atomic<shared<int>> place;
    std::thread writer([&] {
        for (int i = 1; i <= 1000; ++i) {
            shared<int> none;
            while (!place.compare_exchange_weak(none, make<int>(i))) {
                place.wait(none);
                none = nullptr;
            }
            place.notify_all();
        }
    });
    long sum = 0;
    for (int i = 1; i <= 1000; ++i) {
        place.wait(nullptr);
        sum += *place.exchange(nullptr);
        place.notify_all();
    }
    writer.join();
    BOOST_TEST(sum == 500500);
}

BOOST_AUTO_TEST_CASE(a_cycle_through_an_atomic_is_not_collected) {
    auto node = make<own_keeper>();
    node->kept = node;
    weak<own_keeper> const watcher = node;
    node.reset();
    handrail::heap::global().collect();
    BOOST_TEST_REQUIRE(!watcher.expired());
    watcher.lock()->kept = nullptr;
    BOOST_TEST(watcher.expired());
}

BOOST_AUTO_TEST_CASE(the_leak_check_sees_a_strong_and_a_weak_reference_for_what_they_are) {
    namespace leak_check = handrail::leak_check;
    leak_check::set_level(leak_check::level::full);
    auto owner = make<int>(1);
    auto const strong = make<std::atomic<shared<int>>>(owner);
    auto const watching = make<std::atomic<weak<int>>>(owner);
    weak<int> const left = owner;
    owner.reset();
    BOOST_TEST(left.use_count() == 1);
    BOOST_TEST(leak_check::check_now().findings.empty());
    strong->store(nullptr);
    BOOST_TEST(left.expired());
    BOOST_TEST(leak_check::check_now().findings.empty());
    leak_check::set_level(leak_check::level::off);
}

BOOST_AUTO_TEST_SUITE_END()
