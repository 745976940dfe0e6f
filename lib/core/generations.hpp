// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which process made a record or a batch: this one, or one of its ancestors, whose cleanups are
// discarded here and not called.
//
//  1. A batch keeps the number of forks that its process had seen, in 64 bits.
//  2. A record has 12 bits for it. The generation of records is the number of forks until it is
//     the last one that these can tell; there it stays.
//  3. Records of the last generation are remembered, each with a reference to it. After a fork the
//     child moves those it has inherited into an earlier generation. So however deep processes
//     fork, a record has the current generation if and only if this process registered it.
//
// Thread safety: any thread may call any function but the two for fork.

#pragma once

#include <handrail/detail/core/record.hpp>

#include <atomic>
#include <cstdint>

namespace handrail::detail {

inline constexpr std::uint32_t last_generation = record::generation_mask;

// hidden: read at every registration and every run, without the table that a library's variables
// are reached through.
[[gnu::visibility("hidden")]] extern constinit std::atomic<std::uint64_t> forks;
[[gnu::visibility("hidden")]] extern constinit std::atomic<std::uint32_t> generation_of_records;

// relaxed, both: they change only in a child, which has one thread then.
inline std::uint64_t fork_generation() noexcept { return forks.load(std::memory_order_relaxed); }
inline std::uint32_t record_generation() noexcept {
    return generation_of_records.load(std::memory_order_relaxed);
}

inline bool is_inherited(record const& r) noexcept {
    return r.linked.generation != record_generation();
}

// Effects: remembers a record that is about to be linked in the last generation.
// Errors: throws std::bad_alloc.
void remember_late(record& fresh);

// For fork: no thread is at work in remember_late() between these two.
void lock_late_records() noexcept;
void unlock_late_records() noexcept;

// Effects: what was made until now is an ancestor's. Requires: a child with one thread; the late
//   records are locked.
void begin_generation() noexcept;

}  // namespace handrail::detail
