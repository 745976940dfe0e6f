// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The loop that runs claimed cleanups on this thread (see thread_state.hpp, point 1).

#pragma once

#include "lib/core/thread_state.hpp"

#include <handrail/detail/core/record.hpp>

namespace handrail::detail {

// Claimed records in the order in which they are to run.
struct record_list {
    record* first = nullptr;
    record* last = nullptr;
    std::uint64_t size = 0;

    void append(record& r) noexcept {
        r.next = nullptr;
        (last != nullptr ? last->next : first) = &r;
        last = &r;
        ++size;
    }
};

// Effects: takes over the records and runs them on this thread: during this call or, if there is a
//   loop or a deferral on this thread's stack, later by that. Preserves errno. Calls user code.
void run_here(record_list const& records, thread_state& state) noexcept;

// Effects: destroys the callable and the arguments of a claimed record, and at level full of the
//   leak check zeroes their memory. Calls user code.
void end_payload(record& claimed) noexcept;

// Effects: runs one claimed record's callable (or discards it, in a forked child) and drops its
//   payload and the caller's reference. Calls user code.
void run_claimed(record& claimed, thread_state& state) noexcept;

// Marks the thread as running cleanups, so that others are appended to those that wait. The
// destructor of the outermost scope is the loop: it runs what was appended.
class running_scope {
public:
    explicit running_scope(thread_state& state) noexcept;
    running_scope(running_scope const&) = delete;
    running_scope& operator=(running_scope const&) = delete;
    ~running_scope();

private:
    thread_state& state_;
    bool outermost_;
};

}  // namespace handrail::detail
