// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/core/generations.hpp"

#include "lib/base/mutex.hpp"
#include "lib/base/no_destroy.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace handrail::detail {

constinit std::atomic<std::uint64_t> forks{0};
constinit std::atomic<std::uint32_t> generation_of_records{0};

namespace {

constexpr std::uint32_t of_an_ancestor = 0;  // any but the last
constexpr std::size_t min_sweep_at = 64;

struct late_records {
    detail::mutex mutex;
    std::vector<record*> remembered HANDRAIL_GUARDED_BY(mutex);
    std::size_t inherited HANDRAIL_GUARDED_BY(mutex) = 0;  // the first ones: of an ancestor
    std::size_t sweep_at HANDRAIL_GUARDED_BY(mutex) = min_sweep_at;
};

constinit no_destroy<late_records> late;

// Effects: removes inherited records, which have an earlier generation, and those that have ended:
//   the list has their only reference. A claimed one may still wait for its runner. The generation
//   is not read here, since another thread may be writing it while it links the record.
void sweep(late_records& locked) noexcept HANDRAIL_REQUIRES(locked.mutex) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i != locked.remembered.size(); ++i) {
        record* const each = locked.remembered[i];
        bool const has_ended =
            (each->state.load(std::memory_order_acquire) & ~record::claimed) == 1;
        if (i < locked.inherited || has_ended) {
            each->drop_reference();
        } else {
            locked.remembered[kept++] = each;
        }
    }
    locked.remembered.resize(kept);
    locked.inherited = 0;
    locked.sweep_at = std::max(min_sweep_at, 2 * kept);
}

}  // namespace

void remember_late(record& fresh) {
    lock_guard hold(late->mutex);
    if (late->remembered.size() >= late->sweep_at) {
        sweep(*late);
    }
    late->remembered.push_back(&fresh);
    fresh.add_reference();
}

// The analysis is off here: one function takes the lock and another releases it, and
// begin_generation() is called between them.
void lock_late_records() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { late->mutex.lock(); }
void unlock_late_records() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { late->mutex.unlock(); }

void begin_generation() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    forks.fetch_add(1, std::memory_order_relaxed);
    if (record_generation() != last_generation) {
        generation_of_records.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    for (record* each : late->remembered) {
        each->linked.generation = of_an_ancestor;
    }
    late->inherited = late->remembered.size();
}

}  // namespace handrail::detail
