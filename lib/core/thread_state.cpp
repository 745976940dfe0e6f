// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The totals of all threads, drain() and what fork does to them.
//
// Lock order: around fork the default runner's lock, threads_mutex, the late records'; else one
// only. Nothing is called while it is held.

#include "lib/core/thread_state.hpp"

#include "lib/base/no_destroy.hpp"
#include "lib/base/process_hooks.hpp"
#include "lib/core/batch.hpp"
#include "lib/core/generations.hpp"
#include "lib/core/idle_waiters.hpp"
#include "lib/core/thread_list.hpp"

#include <handrail/runner.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>

namespace handrail::detail {

namespace {

struct process_state {
    std::mutex threads_mutex;
    thread_list threads;
    cleanup_statistics retired;
    std::atomic<std::uint64_t> queued{0};    // batches, ever
    std::atomic<std::uint64_t> finished{0};  // of these
    std::atomic<unsigned> drains{0};         // callers waiting in drain(), and idle_waiters
    idle_waiter_list idle_waiters;
};

constinit no_destroy<process_state> process;

thread_local constinit thread_state* own_state = nullptr;

// For a thread for which the list had no memory. It is not listed: its counts are missing, and
// drain() does not wait for it.
thread_local constinit thread_state unlisted_state;

// Its constructor is not constexpr, hence made at the first wait.
std::condition_variable& idle() noexcept {
    static no_destroy<std::condition_variable> made;
    return *made;
}

void add_counters(cleanup_statistics& sum, thread_state const& state) noexcept {
    sum.registered += state.registered.get();
    sum.stopped += state.stopped.get();
    sum.queued += state.queued.get();
    sum.executed += state.executed.get();
    sum.failed += state.failed.get();
}

void retire(thread_state& state) noexcept {
    add_counters(process->retired, state);
    for (counter* c :
         {&state.registered, &state.stopped, &state.queued, &state.executed, &state.failed}) {
        c->clear();
    }
    process->threads.give_back(state);
}

// A deferral may wait for a later round of the thread's destructors, and what it holds back with
// it.
void thread_exits(void* argument) noexcept {
    auto& state = *static_cast<thread_state*>(argument);
    if (state.deferrals != 0 || state.pending != nullptr) {
        static_cast<void>(host::at_thread_exit(&thread_exits, argument));
        return;
    }
    own_state = nullptr;
    std::lock_guard hold(process->threads_mutex);
    retire(state);
}

// Where no call at thread exit can be arranged the state stays listed when the thread is gone.
[[gnu::noinline]] thread_state& join_list() noexcept {
    host::ensure_started();
    {
        std::lock_guard hold(process->threads_mutex);
        own_state = process->threads.take(&own_state);
    }
    if (own_state == nullptr) {
        own_state = &unlisted_state;
    } else {
        static_cast<void>(host::at_thread_exit(&thread_exits, own_state));
    }
    return *own_state;
}

// The sum of all threads' changes, which only grow; odd for a busy one: then nothing.
std::optional<std::uint64_t> changes_if_idle() noexcept {
    std::uint64_t sum = 0;
    for (thread_state* each = process->threads.first(); each != nullptr; each = each->next) {
        std::uint64_t const changes = each->work.changes();
        if ((changes & 1) != 0) {
            return {};
        }
        sum += changes;
    }
    return sum;
}

// Whether there was a moment in this call without any work. Work moves: a cleanup queues a batch, a
// thread takes a batch, a cleanup makes another thread end an owner. So everything is read twice,
// in opposite order; what did not change between was so in the middle.
bool all_idle() noexcept {
    // seq_cst: with drains, see wake_drains. finished first: equal only if there was no batch at
    // all.
    std::uint64_t const finished = process->finished.load();
    if (process->queued.load() != finished) {
        return false;
    }
    auto const changes = changes_if_idle();
    return changes && changes_if_idle() == changes && process->queued.load() == finished;
}

// Requires: threads_mutex is held.
void notify_if_idle() noexcept {
    process_state& state = *process;
    if (state.idle_waiters.has_armed() && all_idle()) {
        state.drains.fetch_sub(state.idle_waiters.notify_armed());
    }
}

// Called after a thread has become idle or a batch has finished. That change and the load of drains
// are both seq_cst, as are drain()'s increment and loads: either drain() sees the change, or this
// sees drain() waiting.
void wake_drains() noexcept {
    if (process->drains.load() != 0) {
        std::lock_guard hold(process->threads_mutex);
        idle().notify_all();
        notify_if_idle();
    }
}

// Saturates: a caller who waits for ever passes the longest time there is.
std::chrono::steady_clock::time_point after(std::chrono::nanoseconds timeout) noexcept {
    using time_point = std::chrono::steady_clock::time_point;
    auto const now = std::chrono::steady_clock::now();
    return timeout < time_point::max() - now ? now + timeout : time_point::max();
}

}  // namespace

thread_state& this_thread_state() noexcept {
    thread_state* const state = own_state;
    return state != nullptr ? *state : join_list();
}

void become_idle(thread_state& state) noexcept {
    state.work.end();
    wake_drains();
}

// seq_cst, both: see all_idle() and wake_drains().
void batch_queued() noexcept { process->queued.fetch_add(1); }

void batch_finished() noexcept {
    process->finished.fetch_add(1);
    wake_drains();
}

std::uint64_t idle_waiter::enlist() noexcept {
    std::lock_guard hold(process->threads_mutex);
    process->drains.fetch_add(1);  // seq_cst: see wake_drains()
    return process->idle_waiters.enlist(*this);
}

void idle_waiter::arm(std::uint64_t id) noexcept {
    std::lock_guard hold(process->threads_mutex);
    if (process->idle_waiters.arm(id)) {
        notify_if_idle();
    }
}

void idle_waiter::withdraw() noexcept {
    std::lock_guard hold(process->threads_mutex);
    if (process->idle_waiters.withdraw(*this)) {
        process->drains.fetch_sub(1);
    }
}

void before_fork() noexcept {
    lock_default_runner();
    process->threads_mutex.lock();
    lock_late_records();
}

void after_fork_in_parent() noexcept {
    unlock_late_records();
    process->threads_mutex.unlock();
    unlock_default_runner();
}

// Only the calling thread exists in the child, so the others' states leave the list; batches and
// waiters were the parent's.
void after_fork_in_child() noexcept {
    process_state& state = *process;
    for (thread_state* each = state.threads.first(); each != nullptr;) {
        thread_state* const next = each->next;
        if (each != own_state) {
            retire(*each);
        }
        each = next;
    }
    state.queued.store(0);
    state.finished.store(0);
    state.drains.store(state.idle_waiters.size());
    begin_generation();
    ::new (static_cast<void*>(&idle())) std::condition_variable;  // its waiters are in the parent
    unlock_late_records();
    state.threads_mutex.unlock();
    unlock_default_runner();
}

}  // namespace handrail::detail

namespace handrail {

bool drain(std::chrono::nanoseconds timeout) {
    using namespace detail;
    if (this_thread_state().work.is_busy()) {
        return false;
    }
    process_state& state = *process;
    auto const deadline = after(timeout);
    state.drains.fetch_add(1);
    std::unique_lock hold(state.threads_mutex);
    bool const all_done = idle().wait_until(hold, deadline, &all_idle);
    hold.unlock();
    state.drains.fetch_sub(1);
    return all_done;
}

cleanup_statistics cleanup_stats() noexcept {
    std::lock_guard hold(detail::process->threads_mutex);
    cleanup_statistics sum = detail::process->retired;
    for (auto* each = detail::process->threads.first(); each != nullptr; each = each->next) {
        detail::add_counters(sum, *each);
    }
    return sum;
}

}  // namespace handrail
