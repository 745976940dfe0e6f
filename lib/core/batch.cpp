// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/core/batch.hpp>

#include "lib/core/drain.hpp"
#include "lib/core/generations.hpp"
#include "lib/core/run_loop.hpp"

#include <handrail/detail/core/deferred_close.hpp>
#include <handrail/detail/core/failure.hpp>
#include <handrail/runner_base.hpp>

#include <utility>

namespace handrail::detail {

namespace {

void close_now(batch_state& b, closed_by who) noexcept {
    if (b.close != nullptr) {
        b.close->close(who);
        delete std::exchange(b.close, nullptr);
    }
}

std::source_location location_of(batch_state const& b) noexcept {
    if (b.close != nullptr) {
        return b.close->where;
    }
    return b.head != nullptr ? b.head->where : std::source_location{};
}

track::handle_description description_of(batch_state const& b) noexcept {
    return b.close != nullptr ? b.close->what : track::handle_description();
}

record_list move_records(batch_state& from) noexcept {
    record_list records;
    for (record* r = std::exchange(from.head, nullptr); r != nullptr;) {
        record* const next = r->next;
        records.append(*r);
        r = next;
    }
    return records;
}

// run_here() always appends, because the scope exists; the scope's destructor runs what was
// appended, or leaves it to the outer loop or to the deferral. So a batch that runs inside a
// cleanup (because it was refused, for example) does not deepen the stack. The scope begins before
// the close: a drain() that the close calls would wait for itself, and returns false at once.
void run_inline(batch_state* ended, closed_by who) noexcept {
    {
        thread_state& state = this_thread_state();
        running_scope loop(state);
        close_now(*ended, who);
        run_here(move_records(*ended), state);
    }
    free_batch(ended);
}

// In a forked child run_claimed() discards the parent's records, and the count of batches, which
// starts anew, is not changed. The close is performed: it closes this process's copy of the
// descriptor.
void run_queued(batch_state* queued, closed_by who) noexcept {
    errno_guard keep;
    std::uint64_t const generation = queued->generation;
    run_inline(queued, who);
    if (generation == fork_generation()) {  // compared afterwards: a cleanup may have forked
        batch_finished();
    }
}

}  // namespace

deferred_close::~deferred_close() = default;

void free_batch(batch_state* finished) noexcept {
    delete std::exchange(finished->close, nullptr);
    finished->target = runner();  // here, because the last holder may be another thread
    drop_batch_holder(finished);
}

void drop_batch_holder(batch_state* held) noexcept {
    // acq_rel: freed after the other holder's last use.
    if (held->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        delete held;
    }
}

void end_batch(batch_state* ended) noexcept {
    if (ended->head == nullptr && ended->close == nullptr) {
        free_batch(ended);
        return;
    }
    // A runner that was set before a fork belongs to the parent: its threads do not exist here.
    if (!ended->target || ended->generation != fork_generation()) {
        run_inline(ended, closed_by::fallback);
        return;
    }
    auto const where = location_of(*ended);
    auto const closes = description_of(*ended);
    track::opening opened;
    if (leak_check_on() && ended->close != nullptr) {
        opened = ended->close->opened;
    }
    batch_queued();
    errno_guard keep;
    // Keeps the runner alive during the call: the batch, which also refers to it, may have run and
    // be freed before execute returns.
    runner const target = ended->target;
    try {
        target.execute(batch(ended));
    } catch (...) {
        report_refused_runner(std::current_exception(), closes, opened, where);
    }
}

void run_batch(batch_state* queued) noexcept { run_queued(queued, closed_by::runner); }

void run_forgotten_batch(batch_state* unrun) noexcept { run_queued(unrun, closed_by::fallback); }

}  // namespace handrail::detail
