// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/fork_handlers.hpp"

#include "lib/heap/heap_state.hpp"
#include "lib/heap/limbo.hpp"
#include "lib/heap/pass_lock.hpp"

#include <atomic>

namespace handrail::detail {

namespace {

template <class F>
void for_each_shard(F f) noexcept HANDRAIL_REQUIRES(heaps_mutex) {
    for (heap_state* heap = first_heap(); heap != nullptr; heap = heap->next) {
        for (shard& each : heap->shards) {
            f(each);
        }
    }
}

// The analysis is off here: one function takes the locks and another releases them.
void lock_runners() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    for (heap_state* heap = first_heap(); heap != nullptr; heap = heap->next) {
        heap->runner_mutex.lock();
    }
}
void unlock_runners() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    for (heap_state* heap = first_heap(); heap != nullptr; heap = heap->next) {
        heap->runner_mutex.unlock();
    }
}

}  // namespace

void heap_before_fork() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    lock_passes();
    heaps_mutex.lock();
    lock_runners();
    for_each_shard([](shard& each) HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { each.mutex.lock(); });
    lock_limbo();
}

void heap_after_fork_in_parent() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    unlock_limbo();
    for_each_shard([](shard& each) HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { each.mutex.unlock(); });
    unlock_runners();
    heaps_mutex.unlock();
    unlock_passes();
}

void heap_after_fork_in_child() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    for (heap_state* heap = first_heap(); heap != nullptr; heap = heap->next) {
        // relaxed, both: the child has only this thread. A posted pass was for another one.
        heap->automatic.store(false, std::memory_order_relaxed);
        heap->posted.store(false, std::memory_order_relaxed);
    }
    for_each_shard([](shard& each) { each.mutex.forget_waiters(); });
    heap_after_fork_in_parent();
}

}  // namespace handrail::detail
