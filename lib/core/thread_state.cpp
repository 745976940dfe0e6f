// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How a thread gets its state, and gives it back at its exit.

#include "lib/core/thread_state.hpp"

#include "lib/base/process_hooks.hpp"
#include "lib/core/thread_list.hpp"

namespace handrail::detail {

namespace {

thread_local constinit thread_state* own_state = nullptr;

// For a thread for which the list had no memory. It is not listed: its counts are missing, and
// drain() does not wait for it.
thread_local constinit thread_state unlisted_state;

// If the thread has waiting cleanups, or deferrals, a later round of its destructors ends them, and
// this is called again.
void thread_exits(void* argument) noexcept {
    auto& state = *static_cast<thread_state*>(argument);
    if (state.deferrals != 0 || state.waiting != nullptr) {
        static_cast<void>(process_hooks::at_thread_exit(&thread_exits, argument));
        return;
    }
    own_state = nullptr;
    lock_guard hold(all_threads->mutex);
    all_threads->retire(state);
}

// Where no call at thread exit can be arranged the state stays listed when the thread is gone.
[[gnu::noinline]] thread_state& join_list() noexcept {
    process_hooks::ensure_started();
    {
        lock_guard hold(all_threads->mutex);
        own_state = all_threads->acquire(&own_state);
    }
    if (own_state == nullptr) {
        own_state = &unlisted_state;
    } else {
        static_cast<void>(process_hooks::at_thread_exit(&thread_exits, own_state));
    }
    return *own_state;
}

}  // namespace

thread_state& this_thread_state() noexcept {
    thread_state* const state = own_state;
    return state != nullptr ? *state : join_list();
}

void forget_other_threads() noexcept {
    for (thread_state* each = all_threads->first(); each != nullptr;) {
        thread_state* const next = each->next;
        if (each != own_state) {
            all_threads->retire(*each);
        }
        each = next;
    }
}

}  // namespace handrail::detail
