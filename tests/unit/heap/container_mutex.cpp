// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The lock of traced containers: a pass may try it on the thread that has it.

#include "tests/support/sleeping_thread.hpp"
#include "tests/unit/heap/graphs.hpp"

#include <handrail/detail/heap/container_mutex.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

using namespace heap_test;
using handrail::detail::container_mutex;

namespace {

// Returns: whether the thread blocks before it is done.
bool waits(std::atomic<pid_t> const& thread, std::atomic<bool> const& done) {
    while (!done && (thread == 0 || !handrail_test::is_sleeping(thread))) {
        std::this_thread::yield();
    }
    return !done;
}

}  // namespace

// constexpr: a static object with a container is initialised before main.
constinit traced<std::vector<edge<pair_node>>> static_container;

BOOST_AUTO_TEST_CASE(a_thread_that_writes_is_refused_another_lock_of_its_own) {
    container_mutex mutex;
    mutex.lock();
    BOOST_TEST(!mutex.try_lock_shared());
    mutex.unlock();
    BOOST_TEST(mutex.try_lock_shared());
    mutex.unlock_shared();
}

BOOST_AUTO_TEST_CASE(a_thread_that_reads_may_read_once_more_and_unlocks_each_on_its_own) {
    container_mutex mutex;
    mutex.lock_shared();
    BOOST_TEST(mutex.try_lock_shared());
    mutex.unlock_shared();
    std::atomic<bool> written{false};
    std::atomic<pid_t> id{0};
    std::thread writer([&] {
        id = ::gettid();
        std::lock_guard const hold(mutex);
        written = true;
    });
    BOOST_TEST(waits(id, written));
    mutex.unlock_shared();
    writer.join();
    BOOST_TEST(written);
}

BOOST_AUTO_TEST_CASE(a_reader_waits_until_the_writer_has_finished) {
    container_mutex mutex;
    std::atomic<bool> read{false};
    std::atomic<pid_t> id{0};
    mutex.lock();
    std::thread reader([&] {
        id = ::gettid();
        std::shared_lock const hold(mutex);
        read = true;
    });
    BOOST_TEST(waits(id, read));
    mutex.unlock();
    reader.join();
    BOOST_TEST(read);
}

BOOST_AUTO_TEST_CASE(a_writer_is_alone_among_readers_and_other_writers) {
    constexpr int rounds = 20'000;
    container_mutex mutex;
    long first = 0, second = 0;  // equal while nobody writes
    std::atomic<long> torn{0};
    std::vector<std::thread> threads;
    for (int i = 0; i != 2; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n != rounds; ++n) {
                std::lock_guard const hold(mutex);
                ++first;
                ++second;
            }
        });
        threads.emplace_back([&] {
            for (int n = 0; n != rounds; ++n) {
                std::shared_lock const hold(mutex);
                torn += first != second;
            }
        });
    }
    for (std::thread& each : threads) {
        each.join();
    }
    BOOST_TEST(torn == 0);
    BOOST_TEST(first == 2 * rounds);
    BOOST_TEST(second == 2 * rounds);
}

BOOST_FIXTURE_TEST_CASE(a_pass_under_a_read_guard_of_its_own_thread_reads_the_container, verified) {
    heap graph;
    auto const root = graph.make<list_node>();
    auto kept = graph.make<list_node>();
    root->kids.write()->push_back(std::exchange(kept, nullptr));
    auto const kids = root->kids.read();
    handrail::testing::stepwise_pass pass(graph);
    pass.list();
    pass.read_edges();
    pass.mark();
    BOOST_TEST(pass.finish().reclaimed == 0U);
    BOOST_TEST(kids->size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_static_container_is_empty_and_can_be_locked) {
    BOOST_TEST(static_container.read()->empty());
}
