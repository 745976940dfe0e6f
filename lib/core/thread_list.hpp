// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The states of all threads that use the library, for those who read them all.
//
//  1. A state is in memory of the process that is never freed, so that no reader can access the
//     memory of a thread that has exited. A thread may exit without leaving the list: another
//     library may use this one in the last round of the thread's thread-specific destructors, after
//     every callback that could be registered.
//  2. owner is the address of a thread-local variable, hence different for all existing threads. If
//     a thread without a state finds a listed state with its own address as owner, that state
//     belongs to a thread that has exited, and is reused. So there are never many more states than
//     there were threads at one time.
//  3. A state that is reused in this way keeps its counters; they count as long as it is listed.
//
// Thread safety: the annotations say what needs the list's lock. It is locked at a thread's first
//   use and its exit, by drain(), async_drain(), cleanup_stats(), where work ends while one of the
//   first two waits, and by fork. No user code runs under it, but idle_waiter::notify() may.

#pragma once

#include "lib/base/mutex.hpp"
#include "lib/base/no_destroy.hpp"
#include "lib/core/thread_state.hpp"

#include <handrail/runner.hpp>

#include <cstddef>

namespace handrail::detail {

class thread_list {
public:
    detail::mutex mutex;

    // Returns: a listed state for the calling thread; null when memory is short.
    thread_state* acquire(void const* owner) noexcept HANDRAIL_REQUIRES(mutex);

    // Effects: its thread is gone: the state leaves the list, its counters are added to those of
    //   retired threads, and others may acquire it.
    void retire(thread_state& left) noexcept HANDRAIL_REQUIRES(mutex);

    thread_state* first() const noexcept HANDRAIL_REQUIRES(mutex) { return listed_; }

    // Returns: the counters of all threads, those that have retired included.
    cleanup_statistics total() const noexcept HANDRAIL_REQUIRES(mutex);

private:
    // States of different threads are in different cache lines, and in different pairs of them,
    // which some processors load together.
    struct alignas(128) slot {
        thread_state state;
    };
    static constexpr std::size_t first_slots = 32;
    static constexpr std::size_t more_slots = 128;  // at a time

    void link(thread_state& fresh) noexcept HANDRAIL_REQUIRES(mutex);
    void unlink(thread_state& left) noexcept HANDRAIL_REQUIRES(mutex);
    thread_state* find_abandoned(void const* owner) noexcept HANDRAIL_REQUIRES(mutex);
    thread_state* carve() noexcept HANDRAIL_REQUIRES(mutex);  // not listed

    thread_state* listed_ HANDRAIL_GUARDED_BY(mutex) = nullptr;
    thread_state* free_ HANDRAIL_GUARDED_BY(mutex) = nullptr;
    slot first_[first_slots] HANDRAIL_GUARDED_BY(mutex);
    std::size_t first_used_ HANDRAIL_GUARDED_BY(mutex) = 0;
    slot* more_ HANDRAIL_GUARDED_BY(mutex) = nullptr;
    std::size_t more_left_ HANDRAIL_GUARDED_BY(mutex) = 0;
    cleanup_statistics retired_ HANDRAIL_GUARDED_BY(mutex);
};

extern constinit no_destroy<thread_list> all_threads;

// Effects: removes all states but the calling thread's from the list. Requires: a forked child.
void forget_other_threads() noexcept HANDRAIL_REQUIRES(all_threads->mutex);

}  // namespace handrail::detail
