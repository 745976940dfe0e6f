// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/core/batch.hpp"

#include "lib/core/failure.hpp"
#include "lib/core/generations.hpp"
#include "lib/core/pending.hpp"

#include <handrail/detail/core/chain.hpp>
#include <handrail/detail/core/deferred_close.hpp>
#include <handrail/detail/core/registration.hpp>
#include <handrail/runner.hpp>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace handrail::detail {

namespace {

// Guards the pointer below for as long as it takes to count a reference; held by set_default_runner
// and, while a default runner is set, by the creation of owners.
constinit std::mutex default_runner_mutex;
constinit runner_state* default_runner = nullptr;

void close_now(batch& b, closed_by who) noexcept {
    if (b.close != nullptr) {
        b.close->close(who);
        delete std::exchange(b.close, nullptr);
    }
}

std::source_location location_of(batch const& b) noexcept {
    if (b.head != nullptr) {
        return b.head->where;
    }
    return b.close != nullptr ? b.close->where : std::source_location{};
}

track::resource resource_of(batch const& b) noexcept {
    return b.close != nullptr ? b.close->what : track::resource();
}

record_list take_records(batch& from) noexcept {
    record_list records;
    for (record* r = std::exchange(from.head, nullptr); r != nullptr;) {
        record* const next = r->next;
        records.append(*r);
        r = next;
    }
    return records;
}

// The records join the thread's pending ones: a batch that runs inside a cleanup (refused, say)
// needs no deeper stack, and one that runs under a deferral waits for its end. The scope makes
// drain() in a close answer at once, as in a cleanup.
void run_inline(batch* ended, closed_by who) noexcept {
    {
        thread_state& state = this_thread_state();
        running_scope loop(state);
        close_now(*ended, who);
        run_here(take_records(*ended), state);
    }
    free_batch(ended);
}

// In a forked child the records of the parent discard themselves, and the parent's count is not
// touched; the close still happens: it is this process's copy of the descriptor.
void run_queued(batch* queued, closed_by who) noexcept {
    errno_guard keep;
    std::uint64_t const generation = queued->generation;
    run_inline(queued, who);
    if (generation == fork_generation()) {  // asked last: a cleanup may have forked
        batch_finished();
    }
}

}  // namespace

deferred_close::~deferred_close() = default;

void free_batch(batch* unused) noexcept {
    delete std::exchange(unused->close, nullptr);
    if (runner_state* const runner = std::exchange(unused->runner, nullptr)) {
        runner->drop_reference();
    }
    drop_batch_holder(unused);
}

void drop_batch_holder(batch* held) noexcept {
    // acq_rel: freed after the other holder's last use.
    if (held->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        delete held;
    }
}

void end_batch(batch* ended) noexcept {
    if (ended->head == nullptr && ended->close == nullptr) {
        free_batch(ended);
        return;
    }
    // A runner that was set before a fork is the parent's: its threads do not exist here.
    if (ended->runner == nullptr || ended->generation != fork_generation()) {
        run_inline(ended, closed_by::nobody_else);
        return;
    }
    auto const where = location_of(*ended);
    auto const closes = resource_of(*ended);
    track::opening opened;
    if (tracking() && ended->close != nullptr) {
        opened = ended->close->opened;
    }
    batch_queued();
    // The runner must survive its own call even if the batch has run and gone before execute
    // returns.
    runner_state* const runner = ended->runner;
    runner->add_reference();
    errno_guard keep;
    try {
        runner->execute(batch_ptr(ended));
    } catch (...) {
        report_refused_runner(std::current_exception(), closes, opened, where);
    }
    runner->drop_reference();
}

void run_batch(batch* queued) noexcept { run_queued(queued, closed_by::runner); }

void run_forgotten_batch(batch* unrun) noexcept { run_queued(unrun, closed_by::nobody_else); }

void lock_default_runner() noexcept { default_runner_mutex.lock(); }
void unlock_default_runner() noexcept { default_runner_mutex.unlock(); }

runner_state* acquire_default_runner() noexcept {
    std::lock_guard hold(default_runner_mutex);
    if (default_runner != nullptr) {
        default_runner->add_reference();
    }
    return default_runner;
}

}  // namespace handrail::detail

namespace handrail {

void set_default_runner(runner where) {
    using namespace detail;
    runner_state* const next = where.state();
    if (next != nullptr) {
        next->add_reference();
    }
    runner_state* before = nullptr;
    {
        std::lock_guard hold(default_runner_mutex);
        before = std::exchange(default_runner, next);
        if (next != nullptr) {
            switches.fetch_or(switch_default_runner, std::memory_order_relaxed);
        } else {
            switches.fetch_and(~switch_default_runner, std::memory_order_relaxed);
        }
    }
    if (before != nullptr) {
        before->drop_reference();
    }
}

void set_runner(owner_ref owner, runner where) {
    detail::owner_view const& view = owner.view();
    if (view.cleanups == nullptr) {
        detail::throw_empty_owner("set_runner", view, owner.where());
    }
    view.cleanups->set_runner(where.state(), view.type->concurrent);
}

void defer_close(owner_ref owner) {
    detail::owner_view const& view = owner.view();
    if (view.cleanups == nullptr) {
        detail::throw_empty_owner("defer_close", view, owner.where());
    }
    if (view.type->reserve_close == nullptr) {
        detail::throw_nothing_to_defer(view, owner.where());
    }
    std::unique_ptr<detail::deferred_close> reserved(view.type->reserve_close());
    reserved->where = owner.where();
    view.cleanups->defer_close(reserved.get(), view.type->concurrent);
    static_cast<void>(reserved.release());
}

}  // namespace handrail
