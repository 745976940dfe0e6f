// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the core keeps per thread: counters that only their thread writes, and the cleanups that
// wait until the thread may run them.
//
//  1. A thread runs cleanups from one loop. Those of owners that end while the loop runs, or under
//     a deferral, are appended to waiting. So cleanups that end owners, whose cleanups end owners,
//     and so on, do not deepen the stack.
//  2. work is busy while records wait or run on the thread; drain() waits until no thread is busy.
//  3. The state is in the list (thread_list.hpp) from its first use until its thread exits; its
//     counters are then added to the totals of retired threads.
//
// Thread safety: counters and work are read by any thread; everything else belongs to its own
//   thread.

#pragma once

#include <handrail/detail/core/record.hpp>

#include <atomic>
#include <cstdint>

namespace handrail::detail {

// Written by one thread, read by all: no read-modify-write, no shared cache line.
class counter {
public:
    void add(std::uint64_t n) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
    void clear() noexcept { value_.store(0, std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

// Odd while its thread is busy. It only grows: if a reader sees the same even value twice, the
// thread was idle in between.
class activity {
public:
    bool is_busy() const noexcept { return (changes() & 1) != 0; }
    std::uint64_t changes() const noexcept { return changes_.load(); }  // seq_cst: see drain()

    void begin() noexcept {
        if (!is_busy()) {
            // relaxed: another thread learns of the end of the owner only through a release of this
            // thread, which orders this store, too.
            changes_.store(changes_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        }
    }
    void end() noexcept {
        if (is_busy()) {
            changes_.exchange(changes_.load(std::memory_order_relaxed) +
                              1);  // seq_cst: see wake_drains()
        }
    }

private:
    std::atomic<std::uint64_t> changes_{0};
};

struct thread_state {
    counter registered, stopped, queued, executed, failed;
    activity work;
    bool running = false;       // the loop is on this thread's stack
    unsigned deferrals = 0;     // deferral objects on this thread's stack
    record* waiting = nullptr;  // claimed; oldest first
    record* waiting_last = nullptr;
    thread_state* next = nullptr;  // these three: list of all threads, under its lock
    thread_state* previous = nullptr;
    void const* owner = nullptr;
};

// Returns: the calling thread's state, listed.
// Allocates: nothing from the program's heap; now and then pages for further states.
thread_state& this_thread_state() noexcept;

}  // namespace handrail::detail
