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

handrail::shared<config> make_config(long value) {
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

// References that writers replace while readers load them.
struct replaced_references {
    std::atomic<handrail::shared<config>> current{make_config(0)};
    std::atomic<handrail::weak<config>> watched{current.load()};
    std::atomic<long> made{1};
    std::atomic<long> broken{0};  // objects that were not intact

    void write(int writer) {
        for (int i = 0; i != rounds; ++i) {
            auto next = make_config(i);
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
    }
    void read() {
        for (int i = 0; i != rounds; ++i) {
            broken += !current.load()->whole();
            if (auto const locked = watched.load().lock()) {
                broken += !locked->whole();
            }
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(atomic_references)

BOOST_AUTO_TEST_CASE(readers_load_intact_objects_while_writers_replace_them) {
    cleanups = 0;
    long made = 0;
    {
        replaced_references all;
        std::vector<std::thread> threads;
        on_threads(threads, writers, [&](int writer) { all.write(writer); });
        on_threads(threads, readers, [&](int) { all.read(); });
        for (auto& each : threads) {
            each.join();
        }
        BOOST_TEST(all.current.load().use_count() == 2);
        BOOST_TEST(all.broken == 0);
        made = all.made;
    }
    BOOST_TEST(alive == 0);
    BOOST_TEST(cleanups == made);
}

// Each number is taken once: no object is lost or taken twice.
BOOST_AUTO_TEST_CASE(each_object_that_writers_store_is_taken_by_one_reader) {
    std::atomic<handrail::shared<config>> slot;
    std::atomic<long> sum{0};
    std::atomic<long> taken{0};
    std::vector<std::thread> threads;
    on_threads(threads, writers, [&](int) {
        for (int i = 1; i <= rounds / 10; ++i) {
            auto const next = handrail::make<config>(i);
            handrail::shared<config> none;
            while (!slot.compare_exchange_strong(none, next)) {
                slot.wait(none);
                none.reset();
            }
            slot.notify_all();
        }
    });
    constexpr long all = writers * (rounds / 10);
    on_threads(threads, readers, [&](int) {
        while (taken < all) {
            if (auto const found = slot.exchange(nullptr)) {
                sum += found->first;
                if (++taken == all) {
                    break;
                }
                slot.notify_all();
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
