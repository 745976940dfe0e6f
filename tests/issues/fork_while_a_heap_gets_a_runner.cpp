// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the lock of a heap's runner was not held across fork(). If another thread had it at that
// moment, a child that used or destroyed the heap waited for ever.
// Correct: the fork handlers hold it, as they hold the heap's other locks.

#include "lib/heap/fork_handlers.hpp"
#include "lib/heap/heap_state.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <thread>

namespace detail = handrail::detail;

namespace {

// Asked on another thread, because a thread must not try to lock what it has locked.
bool is_free(detail::mutex& asked) {
    bool result = false;
    std::thread([&]() HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
        result = asked.try_lock();
        if (result) {
            asked.unlock();
        }
    }).join();
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_lock_of_a_heaps_runner_is_held_across_fork) {
    handrail::heap graph;
    detail::mutex& asked = detail::heap_access::state_of(graph).runner_mutex;
    detail::heap_before_fork();
    bool const is_free_before = is_free(asked);
    detail::heap_after_fork_in_parent();
    BOOST_TEST(!is_free_before);
    BOOST_TEST(is_free(asked));
}
