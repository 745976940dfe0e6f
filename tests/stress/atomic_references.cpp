// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Writers store, exchange and compare-exchange references in std::atomic while readers load them.
// Each object that is read is alive and completely constructed, and each is destroyed once.
// ThreadSanitizer checks the same operations for races.

#include <handrail/cleanup.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace {

constexpr int rounds = 50'000;
constexpr int writers = 2;
constexpr int readers = 2;

std::atomic<long> alive{0};
std::atomic<long> cleanups{0};

// Members that are not atomic: a reader of an object that is under construction or destroyed would
// find them different.
struct config {
    explicit config(long v) : first(v), last(v) { alive.fetch_add(1); }
    config(config const&) = delete;
    config& operator=(config const&) = delete;
    ~config() {
        first = -1;
        alive.fetch_sub(1);
    }
    bool whole() const { return first == last; }

    long first;
    std::array<char, 100> between{};
    long last;
};

handrail::shared<config> fresh(long value) {
    auto made = handrail::make<config>(value);
    handrail::add_cleanup(made, [] { cleanups.fetch_add(1); });
    return made;
}

template <class F>
void on_threads(std::vector<std::thread>& threads, int count, F what) {
    for (int i = 0; i != count; ++i) {
        threads.emplace_back(what, i);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(atomic_references)

BOOST_AUTO_TEST_CASE(readers_see_whole_objects_while_writers_replace_them) {
    cleanups = 0;
    std::atomic<long> broken{0};
    std::atomic<long> made{1};
    {
        std::atomic<handrail::shared<config>> current(fresh(0));
        std::atomic<handrail::weak<config>> watched(current.load());
        std::vector<std::thread> threads;
        on_threads(threads, writers, [&](int writer) {
            for (int i = 0; i != rounds; ++i) {
                auto next = fresh(i);
                ++made;
                watched.store(next);
                if (i % 3 == 0) {
                    current.store(std::move(next));
                } else if (i % 3 == 1) {
                    broken += !current.exchange(std::move(next))->whole();
                } else {
                    auto expected = current.load();
                    while (!current.compare_exchange_weak(expected, next)) {
                        broken += !expected->whole();
                    }
                }
                if (i % 64 == writer) {
                    current.notify_all();
                }
            }
        });
        on_threads(threads, readers, [&](int) {
            for (int i = 0; i != rounds; ++i) {
                broken += !current.load()->whole();
                if (auto const seen = watched.load().lock()) {
                    broken += !seen->whole();
                }
            }
        });
        for (auto& each : threads) {
            each.join();
        }
        BOOST_TEST(current.load().use_count() == 2);
    }
    BOOST_TEST(broken == 0);
    BOOST_TEST(alive == 0);
    BOOST_TEST(cleanups == made);
}

// Each number is taken once: an object that is passed on is neither lost nor duplicated.
BOOST_AUTO_TEST_CASE(what_is_exchanged_has_one_owner) {
    std::atomic<handrail::shared<config>> place;
    std::atomic<long> sum{0};
    std::atomic<long> taken{0};
    std::vector<std::thread> threads;
    on_threads(threads, writers, [&](int) {
        for (int i = 1; i <= rounds / 10; ++i) {
            auto const next = handrail::make<config>(i);
            handrail::shared<config> none;
            while (!place.compare_exchange_strong(none, next)) {
                place.wait(none);
                none.reset();
            }
            place.notify_all();
        }
    });
    constexpr long all = writers * (rounds / 10);
    on_threads(threads, readers, [&](int) {
        while (taken < all) {
            if (auto const found = place.exchange(nullptr)) {
                sum += found->first;
                if (++taken == all) {
                    break;
                }
                place.notify_all();
            }
            std::this_thread::yield();
        }
    });
    for (auto& each : threads) {
        each.join();
    }
    BOOST_TEST(sum == writers * (rounds / 10L) * (rounds / 10L + 1) / 2);
    BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_SUITE_END()
