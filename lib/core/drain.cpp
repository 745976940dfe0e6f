// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// drain() and idle_waiter: whether there is work anywhere, and the wait until there is none, of a
// thread or of an asynchronous operation.

#include "lib/core/drain.hpp"

#include "lib/base/deadline.hpp"
#include "lib/base/mutex.hpp"
#include "lib/base/no_destroy.hpp"
#include "lib/core/idle_waiters.hpp"
#include "lib/core/thread_list.hpp"

#include <handrail/runner.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <optional>

namespace handrail::detail {

namespace {

constinit std::atomic<std::uint64_t> queued{0};    // batches, ever
constinit std::atomic<std::uint64_t> finished{0};  // of these
constinit std::atomic<unsigned> waiting{0};        // callers in drain(), and idle_waiters
constinit idle_waiter_list idle_waiters HANDRAIL_GUARDED_BY(all_threads->mutex);

// Its constructor is not constexpr, hence made at the first wait.
condition& idle() noexcept {
    static no_destroy<condition> made;
    return *made;
}

// Returns: the sum of all threads' changes, which only grow; nothing while a thread is busy.
std::optional<std::uint64_t> changes_if_idle() noexcept HANDRAIL_REQUIRES(all_threads->mutex) {
    std::uint64_t sum = 0;
    for (thread_state* each = all_threads->first(); each != nullptr; each = each->next) {
        std::uint64_t const changes = each->work.changes();
        if ((changes & 1) != 0) {
            return {};
        }
        sum += changes;
    }
    return sum;
}

// Returns: whether there was a moment during this call without any work. Work moves: a cleanup
// queues a batch, a thread takes a batch, a cleanup makes another thread end an owner. So the
// counters are read, then the threads, then both again. Counters only grow: if none has changed,
// there was no work at the moment between the two readings.
bool all_idle() noexcept HANDRAIL_REQUIRES(all_threads->mutex) {
    // seq_cst: with waiting, see wake_drains. finished first: equal only if there was no batch at
    // all.
    std::uint64_t const done = finished.load();
    if (queued.load() != done) {
        return false;
    }
    auto const changes = changes_if_idle();
    return changes && changes_if_idle() == changes && queued.load() == done;
}

void notify_if_idle() noexcept HANDRAIL_REQUIRES(all_threads->mutex) {
    if (idle_waiters.has_armed() && all_idle()) {
        waiting.fetch_sub(idle_waiters.notify_armed());
    }
}

// Called after a thread has become idle or a batch has finished. That change and the load of
// waiting are both seq_cst, as are drain()'s increment and loads: either drain() sees the change,
// or this function sees that drain() waits.
void wake_drains() noexcept {
    if (waiting.load() != 0) {
        lock_guard hold(all_threads->mutex);
        idle().notify_all();
        notify_if_idle();
    }
}

bool wait_until_idle(std::chrono::steady_clock::time_point deadline) {
    lock_guard hold(all_threads->mutex);
    return idle().wait_until(all_threads->mutex, deadline, &all_idle);
}

}  // namespace

void become_idle(thread_state& state) noexcept {
    state.work.end();
    wake_drains();
}

// seq_cst, both: see all_idle() and wake_drains().
void batch_queued() noexcept { queued.fetch_add(1); }

void batch_finished() noexcept {
    finished.fetch_add(1);
    wake_drains();
}

std::uint64_t idle_waiter::enlist() noexcept {
    lock_guard hold(all_threads->mutex);
    waiting.fetch_add(1);  // seq_cst: see wake_drains()
    return idle_waiters.enlist(*this);
}

void idle_waiter::arm(std::uint64_t id) noexcept {
    lock_guard hold(all_threads->mutex);
    if (idle_waiters.arm(id)) {
        notify_if_idle();
    }
}

void idle_waiter::withdraw() noexcept {
    lock_guard hold(all_threads->mutex);
    if (idle_waiters.withdraw(*this)) {
        waiting.fetch_sub(1);
    }
}

// Also the waiters: to notify one would lock mutexes of an Asio context, which may have been locked
// by a thread that does not exist in the child.
void forget_batches_and_waiters() noexcept {
    queued.store(0);
    finished.store(0);
    waiting.store(0);
    idle_waiters.clear();
    ::new (static_cast<void*>(&idle())) condition;
}

}  // namespace handrail::detail

namespace handrail {

bool drain(std::chrono::nanoseconds timeout) {
    if (detail::this_thread_state().work.is_busy()) {
        return false;
    }
    auto const deadline = detail::deadline_after(timeout);
    detail::waiting.fetch_add(1);
    bool const all_done = detail::wait_until_idle(deadline);
    detail::waiting.fetch_sub(1);
    return all_done;
}

}  // namespace handrail
