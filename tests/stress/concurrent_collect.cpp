// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Threads change graphs of managed objects, within the contract of edges, while other threads
// collect all the time. No object is destroyed while a root reaches it, every other one is
// destroyed in the end, and each cleanup runs once.
//
// HANDRAIL_STRESS_SECONDS in the environment is the duration of all tests together; else 10
// seconds.

#include "tests/stress/mutator.hpp"

#include <handrail/shared.hpp>
#include <handrail/testing.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

using namespace stress_test;
using std::chrono::steady_clock;

namespace {

steady_clock::duration share_of_time(int tenths) {
    char const* const text = std::getenv("HANDRAIL_STRESS_SECONDS");
    return std::chrono::milliseconds(100) * tenths * (text != nullptr ? std::stol(text) : 10);
}

// A graph that some threads change and one thread collects, until stop() or the destruction.
class storm {
public:
    storm(heap& graph, int mutators, unsigned long seed) : graph_(graph) {
        for (int i = 0; i != mutators; ++i) {
            threads_.emplace_back([this, seed, i] {
                mutator work(graph_, counts, others_, seed + static_cast<unsigned long>(i));
                while (!stopping_.load(std::memory_order_relaxed)) {
                    work.step();
                }
            });
        }
        threads_.emplace_back([this] {
            while (!stopping_.load(std::memory_order_relaxed)) {
                reclaimed += graph_.collect().reclaimed;
            }
        });
    }
    storm(storm const&) = delete;
    storm& operator=(storm const&) = delete;
    ~storm() { stop(); }

    // Collects on the calling thread, too.
    void collect_for(steady_clock::duration time) {
        auto const end = steady_clock::now() + time;
        while (steady_clock::now() < end) {
            reclaimed += graph_.collect().reclaimed;
        }
    }

    void stop() {
        stopping_ = true;
        for (auto& each : threads_) {
            each.join();
        }
        threads_.clear();
        for (std::size_t index = 0; index != exchange::size; ++index) {
            others_.swap_root(index, nullptr);
        }
    }
    // Claims: without roots, a collection destroys all objects that are left.
    void check() {
        stop();
        graph_.collect();
        BOOST_TEST_MESSAGE(counts.made << " made, " << reclaimed << " reclaimed by passes");
        BOOST_TEST(counts.broken == 0);
        BOOST_TEST(counts.ended == counts.made);
        BOOST_TEST(counts.cleaned == counts.made);
        BOOST_TEST(reclaimed > 0U);
    }

    tally counts;
    std::atomic<std::size_t> reclaimed = 0;

private:
    heap& graph_;
    exchange others_;
    std::atomic<bool> stopping_ = false;
    std::vector<std::thread> threads_;
};

struct verifying {
    explicit verifying(bool on) { handrail::testing::verify_passes(on); }
    verifying(verifying const&) = delete;
    verifying& operator=(verifying const&) = delete;
    ~verifying() { handrail::testing::verify_passes(false); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(four_threads_and_a_collector_lose_no_object_and_use_none_that_has_ended) {
    heap graph;
    storm threads(graph, 4, 1);
    threads.collect_for(share_of_time(4));
    threads.check();
}

BOOST_AUTO_TEST_CASE(the_verifier_agrees_with_every_pass) {
    verifying const on(true);
    heap graph;
    storm threads(graph, 4, 2);
    threads.collect_for(share_of_time(3));
    threads.check();
}

BOOST_AUTO_TEST_CASE(heaps_are_collected_while_others_are_made_and_destroyed) {
    heap one;
    heap two;
    storm first(one, 2, 3);
    storm second(two, 2, 4);
    tally counts;
    auto const end = steady_clock::now() + share_of_time(2);
    for (unsigned long round = 0; steady_clock::now() < end; ++round) {
        heap passing;
        exchange others;
        mutator work(passing, counts, others, round);
        for (int i = 0; i != 200; ++i) {
            work.step();
        }
        passing.collect();
    }
    BOOST_TEST(counts.broken == 0);
    BOOST_TEST(counts.ended == counts.made);
    first.check();
    second.check();
}

// Not under sanitizers: they do not hold the locks of their allocators across a fork, so the child
// may wait for them for ever.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
BOOST_AUTO_TEST_CASE(a_child_forked_during_passes_can_make_objects_and_collect) {
    heap graph;
    storm threads(graph, 3, 5);
    auto const end = steady_clock::now() + share_of_time(1);
    do {
        pid_t const child = ::fork();
        if (child == 0) {
            ::alarm(30);  // ends the child if it waits for a lock that is never released
            {
                auto const node = graph.make<vertex>(threads.counts);
                node->slots[0] = node;
            }
            heap own;
            own.make<vertex>(threads.counts)->slots[0] = nullptr;
            ::_exit(graph.collect().reclaimed != 0 ? 0 : 1);
        }
        int status = -1;
        BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
        BOOST_TEST(status == 0);
    } while (steady_clock::now() < end);
    threads.check();
}
#endif
