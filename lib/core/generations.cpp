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
constexpr std::size_t fewest = 64;

struct late_records {
    detail::mutex mutex;
    std::vector<record*> remembered HANDRAIL_GUARDED_BY(mutex);
    std::size_t sweep_at HANDRAIL_GUARDED_BY(mutex) = fewest;
};

constinit no_destroy<late_records> late;

// Returns: whether the record need not be in the list any more: it was claimed, or its generation
// shows that it is inherited.
bool is_settled(record const& r) noexcept { return r.is_claimed() || is_inherited(r); }

void sweep(late_records& locked) noexcept HANDRAIL_REQUIRES(locked.mutex) {
    std::erase_if(locked.remembered, [](record* each) {
        bool const settled = is_settled(*each);
        if (settled) {
            each->drop_reference();
        }
        return settled;
    });
    locked.sweep_at = std::max(fewest, 2 * locked.remembered.size());
}

}  // namespace

void remember_late(record& fresh) {
    lock_guard hold(late->mutex);
    if (late->remembered.size() >= late->sweep_at) {
        sweep(*late);
    }
    late->remembered.push_back(&fresh);
    fresh.linked.generation = last_generation;  // or the next sweep would treat it as inherited
    fresh.add_reference();
}

// Not analysed, all three: the lock is held from the first to the second, and the third is called
// between them.
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
}

}  // namespace handrail::detail
