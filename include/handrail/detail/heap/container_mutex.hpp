// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The lock of a traced container: many readers, or one writer.
//
// Why not std::shared_mutex: collect() may be called under a guard, and its pass then tries to lock
// the container that the same thread has locked, which std::shared_mutex leaves undefined. Here
// try_lock_shared() answers any thread: false if a writer has the lock, and true otherwise. This
// lock is also smaller, 4 bytes in place of 56.
//
// Thread safety: any thread may call any function. Threads wait by std::atomic::wait().

#pragma once

#include <atomic>

namespace handrail::detail {

class container_mutex {
public:
    constexpr container_mutex() noexcept = default;
    container_mutex(container_mutex const&) = delete;
    container_mutex& operator=(container_mutex const&) = delete;

    // Requires: this thread does not have the lock; it would wait for itself.
    void lock() noexcept {
        int before = 0;
        while (!state_.compare_exchange_weak(before, writer, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
            if (before != 0) {
                state_.wait(before, std::memory_order_relaxed);
                before = 0;
            }
        }
    }
    // seq_cst, here and in unlock_shared(): either the notification sees a thread that waits, or
    // that thread sees the new state. release is part of it.
    void unlock() noexcept {
        state_.exchange(0);
        state_.notify_all();
    }

    // Requires: this thread does not have the lock for writing.
    void lock_shared() noexcept {
        while (!try_lock_shared()) {
            state_.wait(writer, std::memory_order_relaxed);
        }
    }
    // Returns: false if a writer has the lock, which may be the calling thread.
    bool try_lock_shared() noexcept {
        int readers = state_.load(std::memory_order_relaxed);
        while (readers != writer) {
            // acquire, as in lock(): what the last writer did is visible.
            if (state_.compare_exchange_weak(readers, readers + 1, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }
    void unlock_shared() noexcept {
        if (state_.fetch_sub(1) == 1) {
            state_.notify_all();
        }
    }

private:
    static constexpr int writer = -1;

    std::atomic<int> state_{0};  // how many readers have the lock, or writer
};

}  // namespace handrail::detail
