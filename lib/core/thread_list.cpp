// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/core/thread_list.hpp"

#include "lib/base/process_hooks.hpp"

#include <new>
#include <utility>

namespace handrail::detail {

constinit no_destroy<thread_list> all_threads;

namespace {

void add_counters(cleanup_statistics& sum, thread_state const& state) noexcept {
    sum.registered += state.registered.get();
    sum.stopped += state.stopped.get();
    sum.queued += state.queued.get();
    sum.executed += state.executed.get();
    sum.failed += state.failed.get();
}

}  // namespace

void thread_list::link(thread_state& fresh) noexcept {
    fresh.next = listed_;
    fresh.previous = nullptr;
    if (listed_ != nullptr) {
        listed_->previous = &fresh;
    }
    listed_ = &fresh;
}

void thread_list::unlink(thread_state& left) noexcept {
    (left.previous != nullptr ? left.previous->next : listed_) = left.next;
    if (left.next != nullptr) {
        left.next->previous = left.previous;
    }
}

void thread_list::retire(thread_state& left) noexcept {
    add_counters(retired_, left);
    for (counter* each :
         {&left.registered, &left.stopped, &left.queued, &left.executed, &left.failed}) {
        each->clear();
    }
    unlink(left);
    left.work.end();  // in a forked child: a thread of the parent may have been busy
    left.running = false;
    left.deferrals = 0;
    left.waiting = nullptr;
    left.waiting_last = nullptr;
    left.next = free_;
    free_ = &left;
}

cleanup_statistics thread_list::total() const noexcept {
    cleanup_statistics sum = retired_;
    for (thread_state const* each = listed_; each != nullptr; each = each->next) {
        add_counters(sum, *each);
    }
    return sum;
}

// Cleanups that waited there for a deferral that was never destroyed run with the next ones of this
// thread.
thread_state* thread_list::find_abandoned(void const* owner) noexcept {
    for (thread_state* each = listed_; each != nullptr; each = each->next) {
        if (each->owner == owner) {
            each->running = false;
            each->deferrals = 0;
            return each;
        }
    }
    return nullptr;
}

thread_state* thread_list::carve() noexcept {
    if (first_used_ != first_slots) {
        return &first_[first_used_++].state;
    }
    if (more_left_ == 0) {
        void* const memory = process_hooks::process_memory(more_slots * sizeof(slot));
        if (memory == nullptr) {
            return nullptr;
        }
        more_ = ::new (memory) slot[more_slots];
        more_left_ = more_slots;
    }
    --more_left_;
    return &(more_++)->state;
}

thread_state* thread_list::acquire(void const* owner) noexcept {
    thread_state* found = find_abandoned(owner);
    if (found == nullptr) {
        found = free_ != nullptr ? std::exchange(free_, free_->next) : carve();
        if (found == nullptr) {
            return nullptr;
        }
        link(*found);
    }
    found->owner = owner;
    return found;
}

}  // namespace handrail::detail
