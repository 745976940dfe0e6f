// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The last release of an object races with whatever another thread may do with its references.

#include "tests/support/owners.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <barrier>
#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

using handrail::add_cleanup;
using handrail::make;
using handrail::shared;
using handrail::weak;

namespace {

constexpr int rounds = 200'000;
constexpr int group = 2'000;  // objects that the threads race for between two barriers

// A reference that outlives the object reads the value that the destructor has written. Not atomic,
// so that ThreadSanitizer sees the race.
struct fragile {
    static constexpr int good = 0x600d;
    static inline std::atomic<long> ended = 0;
    int state = good;
    ~fragile() {
        state = 0;
        ++ended;
    }
};

// Threads that do their work once a round, between start() and finish().
class team {
public:
    template <class... Work>
    explicit team(Work... work) : meeting_(sizeof...(Work) + 1) {
        (threads_.emplace_back([this, work] {
            for (int i = 0; i != rounds / group; ++i) {
                meeting_.arrive_and_wait();
                work();
                meeting_.arrive_and_wait();
            }
        }),
         ...);
    }
    team(team const&) = delete;
    team& operator=(team const&) = delete;
    ~team() {
        for (auto& each : threads_) {
            each.join();
        }
    }

    void start() { meeting_.arrive_and_wait(); }
    void finish() { meeting_.arrive_and_wait(); }

private:
    std::barrier<> meeting_;
    std::vector<std::thread> threads_;
};

// Calls the three functions once a round; act() runs at the same time as the workers.
template <class Prepare, class Act, class Check>
void play(team& workers, Prepare prepare, Act act, Check check) {
    for (int i = 0; i != rounds / group; ++i) {
        prepare();
        workers.start();
        act();
        workers.finish();
        check();
    }
}

std::atomic<long> cleanups_run = 0;

}  // namespace

BOOST_AUTO_TEST_CASE(a_weak_lock_that_races_with_the_last_release_gets_a_complete_object_or_none) {
    std::vector<shared<fragile>> objects(group);
    std::vector<weak<fragile>> watched(group);
    std::atomic<long> broken = 0;
    fragile::ended = 0;
    // Locks each object until it has been destroyed, and then the next: so it stays close to the
    // object that the other thread is releasing.
    team workers([&] {
        for (auto const& each : watched) {
            while (auto const held = each.lock()) {
                broken += held->state != fragile::good;
            }
        }
    });
    long wrong = 0;
    play(
        workers,
        [&] {
            for (std::size_t i = 0; i != group; ++i) {
                objects[i] = make<fragile>();
                watched[i] = objects[i];
            }
        },
        [&] {
            for (auto& each : objects) {
                each.reset();
            }
        },
        [&] {
            for (auto const& each : watched) {
                wrong += !each.expired();
            }
        });
    BOOST_TEST(broken == 0);
    BOOST_TEST(wrong == 0);
    BOOST_TEST(fragile::ended == rounds);
}

// Ours is released while theirs is locked: the strong count is 1 before the lock, and the weak
// count is 1 after it, never both at once.
BOOST_AUTO_TEST_CASE(a_lock_that_races_with_the_release_of_the_other_reference_keeps_the_object) {
    std::vector<shared<fragile>> ours(group);
    std::vector<weak<fragile>> theirs(group);
    std::vector<shared<fragile>> kept(group);
    std::atomic<std::size_t> reached = 0;  // the index of the reference that is being released
    long broken = 0;
    fragile::ended = 0;
    team workers([&] {
        for (std::size_t i = 0; i != group; ++i) {
            while (reached.load(std::memory_order_relaxed) < i) {
            }
            kept[i] = theirs[i].lock();
            theirs[i].reset();
        }
    });
    play(
        workers,
        [&] {
            for (std::size_t i = 0; i != group; ++i) {
                ours[i] = make<fragile>();
                theirs[i] = ours[i];
            }
            reached = 0;
        },
        [&] {
            for (auto& each : ours) {
                each.reset();
                reached.fetch_add(1, std::memory_order_relaxed);
            }
        },
        [&] {
            for (auto& each : kept) {
                broken +=
                    each != nullptr && (each->state != fragile::good || each.use_count() != 1);
                each.reset();
            }
        });
    BOOST_TEST(broken == 0);
    BOOST_TEST(fragile::ended == rounds);
}

BOOST_AUTO_TEST_CASE(the_last_of_two_threads_to_release_runs_every_cleanup_once) {
    std::vector<shared<fragile>> mine(group);
    std::vector<shared<fragile>> yours(group);
    cleanups_run = 0;
    fragile::ended = 0;
    auto const attach_and_drop = [](std::vector<shared<fragile>>& all) {
        for (auto& each : all) {
            add_cleanup(each, [](int) { ++cleanups_run; }, 1);
            auto stopped = add_cleanup(each, [] { cleanups_run += 1'000'000; });
            stopped.stop();
            each.reset();
        }
    };
    team workers([&] { attach_and_drop(yours); });
    play(
        workers,
        [&] {
            for (std::size_t i = 0; i != group; ++i) {
                mine[i] = make<fragile>();
                yours[i] = mine[i];
            }
        },
        [&] { attach_and_drop(mine); }, [] {});
    BOOST_TEST(cleanups_run == 2 * rounds);
    BOOST_TEST(fragile::ended == rounds);
}

BOOST_AUTO_TEST_CASE(eight_threads_each_release_ten_thousand_objects_that_others_made) {
    constexpr std::size_t threads = 8;
    constexpr std::size_t each_makes = 10'000;
    std::vector<std::vector<shared<fragile>>> made(threads);
    std::barrier all_made(static_cast<std::ptrdiff_t>(threads));
    cleanups_run = 0;
    fragile::ended = 0;
    auto const work = [&](std::size_t self) {
        for (std::size_t i = 0; i != each_makes; ++i) {
            made[self].push_back(make<fragile>());
            add_cleanup(made[self].back(), [] { ++cleanups_run; });
        }
        all_made.arrive_and_wait();
        auto mine = std::vector<shared<fragile>>(made[(self + 1) % threads]);
        all_made.arrive_and_wait();
        made[self].clear();
        mine.clear();
    };
    std::vector<std::thread> running;
    for (std::size_t t = 0; t != threads; ++t) {
        running.emplace_back(work, t);
    }
    for (auto& each : running) {
        each.join();
    }
    BOOST_TEST(cleanups_run == 80'000);
    BOOST_TEST(fragile::ended == 80'000);
}

BOOST_AUTO_TEST_CASE(threads_copy_and_release_one_object_without_losing_count) {
    auto const object = make<fragile>();
    fragile::ended = 0;
    std::vector<std::thread> running;
    for (int t = 0; t != 4; ++t) {
        running.emplace_back([&object] {
            for (int i = 0; i != 100'000; ++i) {
                shared<fragile> const copy = object;
                weak<fragile> const watched = copy;
                shared<fragile> const locked = watched.lock();
            }
        });
    }
    for (auto& each : running) {
        each.join();
    }
    BOOST_TEST(object.use_count() == 1);
    BOOST_TEST(object->state == fragile::good);
    BOOST_TEST(fragile::ended == 0);
}
