// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/core/run_loop.hpp"

#include "lib/core/drain.hpp"
#include "lib/core/generations.hpp"

#include <handrail/detail/base/errno_guard.hpp>
#include <handrail/detail/core/failure.hpp>
#include <handrail/detail/track/observer.hpp>
#include <handrail/detail/track/switches.hpp>

#include <chrono>
#include <cstring>
#include <utility>

namespace handrail::detail {

namespace {

record* pop(thread_state& state) noexcept {
    record* const first = state.waiting;
    if (first != nullptr) {
        state.waiting = first->next;
        if (state.waiting == nullptr) {
            state.waiting_last = nullptr;
        }
    }
    return first;
}

void run_waiting(thread_state& state) noexcept {
    errno_guard keep;
    while (record* const next = pop(state)) {
        run_claimed(*next, state);
    }
}

// Requires: a running_scope on the stack.
void run_records(record* first, thread_state& state) noexcept {
    errno_guard keep;
    while (first != nullptr) {
        record* const next = first->next;  // read before the record is freed
        run_claimed(*first, state);
        first = next;
    }
}

bool invoke(record& claimed) noexcept {
    try {
        claimed.operations->invoke(claimed);
        return true;
    } catch (...) {
        report_throw(claimed.where);
        return false;
    }
}

[[gnu::noinline]] bool invoke_timed(record& claimed) noexcept {
    using clock = std::chrono::steady_clock;
    auto const begin = clock::now();
    bool const done = invoke(claimed);
    track::the_observer().cleanup_took(claimed.where,
                                       std::chrono::nanoseconds(clock::now() - begin).count());
    return done;
}

// Tokens may keep the memory for a long time; it must not contain words that look like references
// to a conservative scan.
[[gnu::noinline]] void wipe_payload(record& ended) noexcept {
    void* const payload = const_cast<void*>(ended.operations->payload(ended));
    std::memset(payload, 0, ended.operations->payload_size);
    keep_stores(payload);
}

}  // namespace

void end_payload(record& claimed) noexcept {
    claimed.operations->destroy(claimed);
    if (wiping()) [[unlikely]] {
        wipe_payload(claimed);
    }
}

void run_claimed(record& claimed, thread_state& state) noexcept {
    if (!is_inherited(claimed)) {
        if (!(timing() ? invoke_timed(claimed) : invoke(claimed))) {
            state.failed.add(1);
        }
        state.executed.add(1);
    }
    end_payload(claimed);
    claimed.drop_reference();
}

running_scope::running_scope(thread_state& state) noexcept
    : state_(state), outermost_(!std::exchange(state.running, true)) {
    if (outermost_) {
        state.work.begin();
    }
}

running_scope::~running_scope() {
    if (!outermost_) {
        return;
    }
    if (state_.waiting != nullptr && state_.deferrals == 0) {
        run_waiting(state_);
    }
    state_.running = false;
    if (state_.waiting == nullptr) {
        become_idle(state_);
    }
}

void run_here(record_list const& records, thread_state& state) noexcept {
    if (records.first == nullptr) {
        return;
    }
    if (!state.running && state.deferrals == 0) {
        running_scope loop(state);
        run_records(records.first, state);
        return;
    }
    (state.waiting_last != nullptr ? state.waiting_last->next : state.waiting) = records.first;
    state.waiting_last = records.last;
    state.work.begin();
}

}  // namespace handrail::detail
