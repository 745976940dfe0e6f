// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which process made a record or a batch: this one, or one of its ancestors, whose cleanups are
// discarded here and not called.
//
//  1. A batch stores the number of forks between the first process and the one that made it, in 64
//     bits.
//  2. A record has 12 bits for it. The generation of records is the number of forks, up to the
//     largest number that 12 bits can represent: the last generation.
//  3. Records of the last generation are also kept in a list, each with a reference. After a fork
//     the child assigns those it has inherited to an earlier generation. So however deeply
//     processes fork, a record has the current generation if and only if this process registered
//     it.
//
// Thread safety: any thread may call any function but the two for fork.

#pragma once

#include <handrail/detail/core/record.hpp>

#include <atomic>
#include <cstdint>

namespace handrail::detail {

inline constexpr std::uint32_t last_generation = record::generation_mask;

// hidden: they are read at every registration and every run; hidden variables are accessed
// directly, not through the library's global offset table.
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

// Effects: adds a record that is about to be linked, in the last generation, to the list (point 3).
// Errors: throws std::bad_alloc.
void remember_late(record& fresh);

// For fork: no other thread is in remember_late() between these two.
void lock_late_records() noexcept;
void unlock_late_records() noexcept;

// Effects: all records and batches made until now are an ancestor's. Requires: a forked child, with
//   one thread; the late records are locked.
void begin_generation() noexcept;

}  // namespace handrail::detail
