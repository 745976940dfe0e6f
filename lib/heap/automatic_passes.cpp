// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/automatic_passes.hpp"

#include "lib/base/mutex.hpp"
#include "lib/core/generations.hpp"
#include "lib/core/refused_batch.hpp"
#include "lib/heap/pass.hpp"

#include <handrail/detail/core/batch_job.hpp>
#include <handrail/detail/core/batch_state.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

namespace handrail::detail {

namespace {

constexpr std::size_t min_threshold = 1000;  // objects

// While this thread posts a pass. A runner that refuses the batch, or runs it at once, calls run()
// then, inside of make, where no pass may run.
thread_local constinit bool posting = false;

// The job of a batch that has no owner. A forked child does not make a pass that its parent has
// queued.
class posted_pass final : public batch_job {
public:
    explicit posted_pass(heap_state& heap) noexcept : heap_(heap) {
        heap.references.fetch_add(1, std::memory_order_relaxed);
    }
    ~posted_pass() override { drop_heap(heap_); }

    // A pass that its runner drops is left out: the thread that drops it must not wait.
    void run(run_by who) noexcept override {
        if (generation_ != fork_generation()) {
            return;
        }
        if (!posting && who == run_by::runner) {
            collect_even_nested(heap_);
            drop_emptied_shards(heap_);
        }
        // Afterwards: until the pass is over, the figures that make one due are the old ones.
        heap_.posted.store(false, std::memory_order_relaxed);
    }

    void describe(refused_batch& to) const noexcept override {
        to.kind = failure::kind::pass_refused;
    }

private:
    heap_state& heap_;
    std::uint64_t generation_ = fork_generation();
};

runner current_runner(heap_state& heap) noexcept {
    lock_guard hold(heap.runner_mutex);
    return heap.automatic_runner;
}

void post(heap_state& heap, runner const& target) {
    auto carrier = std::make_unique<batch_state>();
    carrier->target = target;
    carrier->job = new posted_pass(heap);
    carrier->generation = fork_generation();
    posting = true;
    end_batch(carrier.release());
    posting = false;
}

}  // namespace

// The old runner ends with the parameter, after the unlock: that may call user code.
void set_automatic(heap_state& heap, runner target) noexcept {
    lock_guard hold(heap.runner_mutex);
    std::swap(heap.automatic_runner, target);
    bool const has_runner = static_cast<bool>(heap.automatic_runner);
    heap.automatic.store(has_runner, std::memory_order_relaxed);
    if (has_runner) {
        heap.ever_collected.store(true, std::memory_order_relaxed);
    }
    // The old runner may never run the pass that it has: the new one gets its own.
    heap.posted.store(false, std::memory_order_relaxed);
}

void plan_next_pass(heap_state& heap, std::size_t survivors) noexcept {
    heap.ever_collected.store(true, std::memory_order_relaxed);
    heap.threshold.store(std::max(min_threshold, 2 * survivors), std::memory_order_relaxed);
}

// relaxed: the threshold is a hint, and posted only keeps other threads from posting a second pass.
void post_pass_if_due(heap_state& heap) noexcept {
    std::size_t const due = std::max(min_threshold, heap.threshold.load(std::memory_order_relaxed));
    if (posting || count_members(heap) < due ||
        heap.posted.exchange(true, std::memory_order_relaxed)) {
        return;
    }
    try {
        runner const target = current_runner(heap);
        if (target) {
            post(heap, target);
            return;
        }
    } catch (std::bad_alloc const&) {
        // A later make tries again.
    }
    heap.posted.store(false, std::memory_order_relaxed);
}

}  // namespace handrail::detail
