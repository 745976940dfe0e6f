// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: std::atomic<shared<T>> and std::atomic<weak<T>> did not compile.
// Correct: they behave as the standard's atomics of std::shared_ptr and std::weak_ptr.

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

// Can refer to itself through `kept`, which is not among its edges.
struct self_holder {
    handrail::edge<self_holder> next;
    std::atomic<shared<self_holder>> kept;
    using managed_edges = handrail::edges<&self_holder::next>;
};

static_assert(!std::is_copy_constructible_v<std::atomic<shared<int>>>);
static_assert(!std::is_copy_assignable_v<std::atomic<shared<int>>>);
static_assert(!std::atomic<shared<int>>::is_always_lock_free);
static_assert(std::is_same_v<std::atomic<shared<int>>::value_type, shared<int>>);
static_assert(std::is_same_v<std::atomic<weak<int>>::value_type, weak<int>>);

}  // namespace

BOOST_AUTO_TEST_SUITE(atomic_references)

BOOST_AUTO_TEST_CASE(load_store_and_exchange_keep_the_use_count_right) {
    auto const a = make<int>(1);
    auto const b = make<int>(2);
    std::atomic<shared<int>> slot(a);
    BOOST_TEST(a.use_count() == 2);
    BOOST_TEST(slot.load() == a);
    BOOST_TEST(a.use_count() == 2);
    shared<int> const converted = slot;
    BOOST_TEST(converted == a);
    slot.store(b);
    BOOST_TEST(b.use_count() == 2);
    slot = a;
    BOOST_TEST(b.use_count() == 1);
    BOOST_TEST(slot.exchange(nullptr) == a);
    BOOST_TEST(slot.load() == nullptr);
    BOOST_TEST(a.use_count() == 2);
    BOOST_TEST(!slot.is_lock_free());
}

BOOST_AUTO_TEST_CASE(destroying_an_atomic_releases_its_reference) {
    auto const a = make<int>(1);
    {
        std::atomic<shared<int>> const slot(a);
    }
    BOOST_TEST(a.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(compare_exchange_compares_pointer_and_owner) {
    auto const whole = make<two_parts>();
    shared<int> const first(whole, &whole->first);
    shared<int> const second(whole, &whole->second);
    auto const stranger = make<int>(1);
    shared<int> const claims_first(stranger, &whole->first);
    std::atomic<shared<int>> slot(first);
    for (shared<int> expected : {second, claims_first, shared<int>()}) {
        BOOST_TEST(!slot.compare_exchange_strong(expected, nullptr));
        BOOST_TEST(expected == first);
        BOOST_TEST(expected.owner_equal(first));
    }
    shared<int> expected = first;
    BOOST_TEST(slot.compare_exchange_weak(expected, second, std::memory_order_release,
                                          std::memory_order_relaxed));
    BOOST_TEST(expected == first);
    BOOST_TEST(slot.load() == second);
    BOOST_TEST(whole.use_count() == 5);  // whole, first, second, expected, slot
}

BOOST_AUTO_TEST_CASE(an_atomic_weak_does_not_keep_its_object_alive) {
    auto a = make<int>(1);
    std::atomic<weak<int>> slot(a);
    BOOST_TEST(slot.load().lock() == a);
    BOOST_TEST(a.use_count() == 1);
    weak<int> expected;
    BOOST_TEST(!slot.compare_exchange_strong(expected, weak<int>()));
    BOOST_TEST(expected == weak<int>(a));
    a.reset();
    BOOST_TEST(slot.load().expired());
    BOOST_TEST(slot.compare_exchange_strong(expected, weak<int>()));
    BOOST_TEST(slot.load() == weak<int>());
}

BOOST_AUTO_TEST_CASE(destructors_and_cleanups_may_use_the_atomic_that_releases_their_object) {
    std::atomic<shared<calls_at_end>> slot;
    int ends = 0;
    auto const fresh = [&] {
        auto made = make<calls_at_end>([&] { ends += slot.load() == nullptr; });
        add_cleanup(made, handrail::capturing([&] { ends += 10 * (slot.load() == nullptr); }));
        return made;
    };
    slot = fresh();
    slot = nullptr;
    BOOST_TEST(ends == 11);
    slot = fresh();
    slot.exchange(nullptr);
    BOOST_TEST(ends == 22);
    slot = fresh();
    shared<calls_at_end> expected = slot.load();
    auto* const seen = &expected;
    BOOST_TEST(slot.compare_exchange_strong(*seen, nullptr));
    expected.reset();
    BOOST_TEST(ends == 33);
}

// A failed exchange replaces `expected`, and may thereby destroy the object it referred to.
BOOST_AUTO_TEST_CASE(
    a_failed_exchange_destroys_the_old_expected_object_without_holding_the_atomic) {
    std::atomic<shared<calls_at_end>> slot;
    bool ended = false;
    auto expected = make<calls_at_end>([&] { ended = slot.load() == nullptr; });
    BOOST_TEST(!slot.compare_exchange_strong(expected, nullptr));
    BOOST_TEST(ended);
    BOOST_TEST(expected == nullptr);
}

BOOST_AUTO_TEST_CASE(wait_returns_when_the_reference_changes) {
    auto const a = make<int>(1);
    std::atomic<shared<int>> slot(a);
    slot.wait(nullptr);  // has another value: returns at once
    std::atomic<bool> returned{false};
    std::thread waiter([&] {
        slot.wait(a);
        returned = true;
    });
    slot.notify_all();  // nothing has changed
    slot = make<int>(2);
    slot.notify_one();
    waiter.join();
    BOOST_TEST(returned);
}

BOOST_AUTO_TEST_CASE(a_thread_passes_objects_to_another) {
    std::atomic<shared<int>> slot;
    std::thread writer([&] {
        for (int i = 1; i <= 1000; ++i) {
            shared<int> none;
            while (!slot.compare_exchange_weak(none, make<int>(i))) {
                slot.wait(none);
                none = nullptr;
            }
            slot.notify_all();
        }
    });
    long sum = 0;
    for (int i = 1; i <= 1000; ++i) {
        slot.wait(nullptr);
        sum += *slot.exchange(nullptr);
        slot.notify_all();
    }
    writer.join();
    BOOST_TEST(sum == 500500);
}

BOOST_AUTO_TEST_CASE(a_cycle_through_an_atomic_is_not_collected) {
    auto node = make<self_holder>();
    node->kept = node;
    weak<self_holder> const watcher = node;
    node.reset();
    handrail::heap::global().collect();
    BOOST_TEST_REQUIRE(!watcher.expired());
    watcher.lock()->kept = nullptr;
    BOOST_TEST(watcher.expired());
}

BOOST_AUTO_TEST_CASE(the_leak_check_distinguishes_atomic_strong_and_weak_references) {
    namespace leak_check = handrail::leak_check;
    leak_check::set_level(leak_check::level::full);
    auto owner = make<int>(1);
    auto const strong = make<std::atomic<shared<int>>>(owner);
    auto const watching = make<std::atomic<weak<int>>>(owner);
    weak<int> const watcher = owner;
    owner.reset();
    BOOST_TEST(watcher.use_count() == 1);
    BOOST_TEST(leak_check::check_now().findings.empty());
    strong->store(nullptr);
    BOOST_TEST(watcher.expired());
    BOOST_TEST(leak_check::check_now().findings.empty());
    leak_check::set_level(leak_check::level::off);
}

BOOST_AUTO_TEST_SUITE_END()
