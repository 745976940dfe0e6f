// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/core/batch_state.hpp>

#include "lib/core/drain.hpp"
#include "lib/core/generations.hpp"
#include "lib/core/refused_batch.hpp"
#include "lib/core/run_loop.hpp"

#include <handrail/detail/base/errno_guard.hpp>
#include <handrail/detail/core/deferred_close.hpp>
#include <handrail/detail/core/failure.hpp>
#include <handrail/runner_base.hpp>

#include <utility>

namespace handrail::detail {

namespace {

void run_job(batch_state& b, run_by who) noexcept {
    if (b.job != nullptr) {
        b.job->run(who);
        delete std::exchange(b.job, nullptr);
    }
}

refused_batch describe(batch_state const& offered) noexcept {
    refused_batch description;
    if (offered.job != nullptr) {
        offered.job->describe(description);
    } else {
        description.where = offered.head->where;
    }
    return description;
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
// the job, so that a drain() inside of a close returns false at once instead of waiting for itself.
void run_inline(batch_state* ended, run_by who) noexcept {
    {
        thread_state& state = this_thread_state();
        running_scope loop(state);
        run_job(*ended, who);
        run_here(move_records(*ended), state);
    }
    free_batch(ended);
}

// In a forked child run_claimed() discards the parent's records, and the count of batches, which
// starts anew, is not changed. The close is performed: it closes this process's copy of the
// descriptor.
void run_queued(batch_state* queued, run_by who) noexcept {
    errno_guard keep;
    std::uint64_t const generation = queued->generation;
    run_inline(queued, who);
    if (generation == fork_generation()) {  // compared afterwards: a cleanup may have forked
        batch_finished();
    }
}

}  // namespace

batch_job::~batch_job() = default;

deferred_close::~deferred_close() = default;

void deferred_close::describe(refused_batch& to) const noexcept {
    to.where = where;
    to.closes = what;
    if (leak_check_on()) {
        to.opened = opened;
    }
}

void free_batch(batch_state* finished) noexcept {
    delete std::exchange(finished->job, nullptr);
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
    if (ended->head == nullptr && ended->job == nullptr) {
        free_batch(ended);
        return;
    }
    // A runner that was set before a fork belongs to the parent: its threads do not exist here.
    if (!ended->target || ended->generation != fork_generation()) {
        run_inline(ended, run_by::fallback);
        return;
    }
    refused_batch const description = describe(*ended);
    batch_queued();
    errno_guard keep;
    // Keeps the runner alive during the call: the batch, which also refers to it, may have run and
    // be freed before execute returns.
    runner const target = ended->target;
    try {
        target.execute(batch(ended));
    } catch (...) {
        report_refused(description, std::current_exception());
    }
}

void run_batch(batch_state* queued) noexcept { run_queued(queued, run_by::runner); }

void run_forgotten_batch(batch_state* unrun) noexcept { run_queued(unrun, run_by::fallback); }

}  // namespace handrail::detail
