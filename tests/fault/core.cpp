// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Threads on a system that has no memory for the library's state of a thread, or that cannot
// register a callback at thread exit.

#include "tests/fake_port/fake.hpp"
#include "tests/support/owners.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

using namespace handrail_test;
namespace errc = boost::system::errc;
namespace fake = handrail::fake;

namespace {

constexpr int many = 300;  // more than the library has room for initially

std::atomic<int> ran{0};

void run_one_cleanup() {
    quiet_handle owner(1);
    handrail::add_cleanup(owner, [] { ++ran; });
}

// Effects: runs a cleanup on each of many threads, which all exist at the same time.
void run_on_many_threads() {
    std::latch started(many);
    std::vector<std::thread> threads;
    for (int i = 0; i != many; ++i) {
        threads.emplace_back([&] {
            run_one_cleanup();
            started.arrive_and_wait();
            run_one_cleanup();
        });
    }
    for (auto& each : threads) {
        each.join();
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(core_on_a_failing_system)

BOOST_AUTO_TEST_CASE(a_thread_without_memory_for_its_state_runs_its_cleanups_and_is_not_counted) {
    ran = 0;
    auto const before = handrail::cleanup_stats().executed;
    {
        fake::fault const full(fake::operation::allocate_pages, 1, errc::not_enough_memory);
        run_on_many_threads();
        BOOST_TEST(full.struck());
    }
    BOOST_TEST(ran == 2 * many);
    BOOST_TEST(handrail::cleanup_stats().executed - before == 2U * (many - 1));
    BOOST_TEST(handrail::drain(std::chrono::seconds(0)));
}

BOOST_AUTO_TEST_CASE(a_thread_whose_exit_callback_cannot_be_registered_is_counted) {
    ran = 0;
    auto const before = handrail::cleanup_stats().executed;
    fake::fault const deaf(fake::operation::at_thread_exit, 1, errc::not_enough_memory);
    std::thread(&run_one_cleanup).join();
    BOOST_TEST(deaf.struck());
    BOOST_TEST(ran == 1);
    BOOST_TEST(handrail::cleanup_stats().executed - before == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
