// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A mutex that a pass holds for many objects at once, and releases after the current object when a
// thread of the program waits for it.
//
//     lock_guard hold(mutex);       // a thread of the program
//
//     pass_hold const hold(mutex);  // a pass
//     do { /* one object */ } while (more_objects && !mutex.is_wanted());
//
// std::mutex is not fair: a thread that unlocks it and locks it again comes before threads that
// sleep. So a pass waits until one of those has had its turn.

#pragma once

#include "lib/base/thread_annotations.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>

namespace handrail::detail {

class HANDRAIL_CAPABILITY("mutex") shard_mutex {
public:
    void lock() noexcept HANDRAIL_ACQUIRE() {
        if (!mutex_.try_lock()) {
            lock_in_turn();
        }
    }
    void unlock() noexcept HANDRAIL_RELEASE() { mutex_.unlock(); }

    // Effects: as lock(); if threads wait in lock() already, after one of them.
    void lock_for_pass() noexcept HANDRAIL_ACQUIRE() {
        // relaxed: the count only decides who comes first; the mutex orders memory. seq_cst in
        // wait() and in the decrement: either the wait sees the decrement, or the notification
        // sees the wait.
        if (std::uint32_t const waiting = waiting_.load(std::memory_order_relaxed); waiting != 0) {
            waiting_.wait(waiting);
        }
        mutex_.lock();
    }
    bool is_wanted() const noexcept { return waiting_.load(std::memory_order_relaxed) != 0; }

    // For a forked child, in which the threads that waited do not exist.
    void forget_waiters() noexcept { waiting_.store(0, std::memory_order_relaxed); }

private:
    void lock_in_turn() noexcept {
        waiting_.fetch_add(1, std::memory_order_relaxed);
        mutex_.lock();
        waiting_.fetch_sub(1);
        waiting_.notify_all();
    }

    std::mutex mutex_;
    std::atomic<std::uint32_t> waiting_{0};
};

// The lock guard of a pass.
class HANDRAIL_SCOPED_CAPABILITY pass_hold {
public:
    explicit pass_hold(shard_mutex& of) noexcept HANDRAIL_ACQUIRE(of) : of_(of) {
        of.lock_for_pass();
    }
    pass_hold(pass_hold const&) = delete;
    pass_hold& operator=(pass_hold const&) = delete;
    ~pass_hold() HANDRAIL_RELEASE() { of_.unlock(); }

private:
    shard_mutex& of_;
};

}  // namespace handrail::detail
