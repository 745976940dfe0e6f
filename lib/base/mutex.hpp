// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::mutex and its companions with annotations for clang's thread safety analysis; nothing else
// differs.
//
//     constinit mutex list_mutex;
//     lock_guard hold(list_mutex);

#pragma once

#include "lib/base/thread_annotations.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace handrail::detail {

class HANDRAIL_CAPABILITY("mutex") mutex {
public:
    constexpr mutex() noexcept = default;
    mutex(mutex const&) = delete;
    mutex& operator=(mutex const&) = delete;

    void lock() HANDRAIL_ACQUIRE() { mutex_.lock(); }
    bool try_lock() noexcept HANDRAIL_TRY_ACQUIRE(true) { return mutex_.try_lock(); }
    void unlock() noexcept HANDRAIL_RELEASE() { mutex_.unlock(); }

private:
    friend class condition;

    std::mutex mutex_;
};

// Holds a lock from its construction until its end, or until unlock().
template <class Lock>
class HANDRAIL_SCOPED_CAPABILITY lock_guard {
public:
    explicit lock_guard(Lock& held) HANDRAIL_ACQUIRE(held) : lock_(&held) { held.lock(); }
    lock_guard(lock_guard const&) = delete;
    lock_guard& operator=(lock_guard const&) = delete;
    ~lock_guard() HANDRAIL_RELEASE() {
        if (lock_ != nullptr) {
            lock_->unlock();
        }
    }

    void unlock() HANDRAIL_RELEASE() {
        lock_->unlock();
        lock_ = nullptr;
    }

private:
    Lock* lock_;
};

// Returns: whether the mutex was free at some moment of a short while; false if this thread has it,
//   which std::mutex leaves undefined, and pthread_mutex_trylock(3p) does not.
inline bool is_soon_free(mutex& asked) noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    for (int tries = 0; tries != 1000; ++tries) {
        if (asked.try_lock()) {
            asked.unlock();
            return true;
        }
        std::this_thread::yield();
    }
    return false;
}

// std::condition_variable for a mutex of the kind above.
class condition {
public:
    void notify_all() noexcept { waiters_.notify_all(); }

    // Returns: what predicate() returned last, which is called with the mutex held.
    template <class Time, class Predicate>
    bool wait_until(mutex& held, Time deadline, Predicate predicate) HANDRAIL_REQUIRES(held) {
        std::unique_lock<std::mutex> hold(held.mutex_, std::adopt_lock);
        bool const satisfied = waiters_.wait_until(hold, deadline, predicate);
        static_cast<void>(hold.release());  // the caller still holds the mutex
        return satisfied;
    }

private:
    std::condition_variable waiters_;
};

}  // namespace handrail::detail
