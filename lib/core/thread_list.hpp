// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The states of all threads that use the library, for those who read them all.
//
//  1. A state lies in memory of the process that is never given back, so that no reader can meet
//     the memory of a thread that is gone. A thread may go without leaving the list: what another
//     library does in the last round of a thread's thread-specific destructors comes after every
//     call that could be arranged.
//  2. owner is the address of a thread-local variable: no two threads that exist have the same. A
//     listed state whose owner is the calling thread's, which has no state, is that of a thread
//     that is gone; the caller takes it over. So there are never many more states than there were
//     threads at one time.
//  3. A state keeps its counters and changes when a thread leaves it; they are counted as long as
//     it is listed.
//
// Thread safety: none; the callers hold the list's lock.

#pragma once

#include "lib/core/thread_state.hpp"

#include <cstddef>

namespace handrail::detail {

class thread_list {
public:
    // Returns: a listed state for the calling thread; null when memory is short.
    thread_state* take(void const* owner) noexcept;

    // Effects: the state leaves the list; others may take it.
    void give_back(thread_state& left) noexcept;

    thread_state* first() const noexcept { return listed_; }

private:
    // Of different threads: in different cache lines, also where the processor loads them in pairs.
    struct alignas(128) slot {
        thread_state state;
    };
    static constexpr std::size_t first_slots = 32;
    static constexpr std::size_t more_slots = 128;  // at a time

    void link(thread_state& taken) noexcept;
    thread_state* find_abandoned(void const* owner) noexcept;
    thread_state* carve() noexcept;  // not listed

    thread_state* listed_ = nullptr;
    thread_state* free_ = nullptr;
    slot first_[first_slots];
    std::size_t first_used_ = 0;
    slot* more_ = nullptr;
    std::size_t more_left_ = 0;
};

}  // namespace handrail::detail
