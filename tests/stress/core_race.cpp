// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// stop, run and the owner's end race for each cleanup: exactly one of them wins, a million times.

#include "tests/support/owners.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <thread>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;

namespace {

constexpr int rounds = 1'000'000;
constexpr int group = 50;  // cleanups raced for between two meetings of the threads

}  // namespace

BOOST_AUTO_TEST_CASE(stop_run_and_the_end_race_and_exactly_one_wins) {
    std::array<std::atomic<int>, group> ran{};
    std::array<std::array<int, group>, 2> won{};
    std::array<handrail::cleanup, group> tokens;
    std::array<quiet_handle, group> owners;
    std::barrier meeting(3);
    std::atomic<bool> done = false;

    auto race = [&](int who, bool (*act)(handrail::cleanup&)) {
        for (;;) {
            meeting.arrive_and_wait();
            if (done) {
                return;
            }
            for (int i = 0; i != group; ++i) {
                won[static_cast<std::size_t>(who)][static_cast<std::size_t>(i)] = act(tokens[static_cast<std::size_t>(i)]);
            }
            meeting.arrive_and_wait();
        }
    };
    std::thread stopper(race, 0, [](handrail::cleanup& t) { return t.stop(); });
    std::thread runner(race, 1, [](handrail::cleanup& t) { return t.run(); });

    long wrong = 0;
    for (int round = 0; round != rounds / group; ++round) {
        for (std::size_t i = 0; i != group; ++i) {
            ran[i] = 0;
            owners[i].reset(1);
            tokens[i] = add_cleanup(owners[i], [](std::atomic<int>* count) { ++*count; }, &ran[i]);
        }
        meeting.arrive_and_wait();
        for (std::size_t i = group; i-- != 0;) {
            owners[i].reset();
        }
        meeting.arrive_and_wait();
        for (std::size_t i = 0; i != group; ++i) {
            int const stopped = won[0][i];
            wrong += ran[i] + stopped != 1 || (won[1][i] && stopped);
        }
    }
    done = true;
    meeting.arrive_and_wait();
    stopper.join();
    runner.join();
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(eight_threads_with_ten_thousand_objects_lose_none_and_double_none) {
    static std::atomic<long> ran;
    ran = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t != 8; ++t) {
        threads.emplace_back([] {
            for (int i = 0; i != 10'000; ++i) {
                auto const object = handrail::make<int>(i);
                add_cleanup(object, [](int) { ++ran; }, i);
                handrail::shared<int> const copy = object;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(ran == 80'000);
}

BOOST_AUTO_TEST_CASE(threads_register_on_one_object_at_the_same_time) {
    static std::atomic<long> ran;
    ran = 0;
    auto object = handrail::make<int>(1);
    std::vector<std::thread> threads;
    for (int t = 0; t != 4; ++t) {
        threads.emplace_back([&object] {
            for (int i = 0; i != 20'000; ++i) {
                auto token = add_cleanup(object, [] { ++ran; });
                if (i % 2 == 0) {
                    token.stop();
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    object.reset();
    BOOST_TEST(ran == 40'000);
}

BOOST_AUTO_TEST_CASE(drain_never_misses_the_last_cleanup) {
    static std::atomic<long> ran;
    for (int round = 0; round != 2'000; ++round) {
        ran = 0;
        std::barrier meeting(2);
        std::thread worker([&meeting] {
            quiet_handle owner(1);
            add_cleanup(owner, [](std::barrier<>* b) {
                b->arrive_and_wait();
                ++ran;
            }, &meeting);
        });
        meeting.arrive_and_wait();
        BOOST_TEST_REQUIRE(handrail::drain(std::chrono::minutes(1)));
        BOOST_TEST_REQUIRE(ran == 1);
        worker.join();
    }
}
