// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// object_header: the header of a managed object. One allocation holds the header and the object.
//
// The word, 64 bits: [increments:31 | sealed:1 | strong:32].
//  1. strong counts the references that keep the object alive. Making a reference adds 1 to strong
//     and 1 to increments in one atomic addition; releasing one subtracts 1 from strong. So a word
//     that reads the same twice proves that no reference was made in between.
//  2. strong = 0: the object is being built, or it has ended. Once it has ended, strong stays 0. A
//     dead object in a destroy queue keeps its link in the word, marked by bit 31, which no count
//     reaches.
//  3. sealed is set by a pass of the collector (docs/collector.md) while it decides about the
//     object. Only weak locks test it: they wait.
//
// weak counts the weak references, plus 1 until the object has ended and its cleanups have run or
// gone to their runner. The memory is freed when it drops to 0.
//
// Thread safety: word and weak may be used by any thread; operations never changes; cleanups as
//   chain.hpp says.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/chain.hpp>
#include <handrail/detail/track/owner.hpp>
#include <handrail/detail/track/switches.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <typeinfo>

namespace handrail::detail {

struct edge_operations;

// What differs from one class of managed objects to the next.
struct object_operations {
    void (*end)(object_header*) noexcept;             // when the strong count has dropped to 0
    void (*destroy)(object_header&) noexcept;         // calls the destructor of the object
    void (*deallocate)(object_header*) noexcept;      // frees the memory, or puts it in limbo
    extent (*object)(object_header const&) noexcept;  // returns the memory of the object
    std::type_info const* type;                       // of the object
    edge_operations const* edges;                     // null: not a tracked_object
};

// Bit of the header's address in a weak reference: tells it from a strong one when the leak check
// scans raw memory.
inline constexpr std::uintptr_t weak_tag = 1;

inline constexpr std::uint64_t one_increment = std::uint64_t{1} << 33;  // one of increments
inline constexpr std::uint64_t one_reference = one_increment | 1;       // one reference
inline constexpr std::uint64_t word_sealed = std::uint64_t{1} << 32;
inline constexpr std::uint32_t max_strong = 0x7fff'ffff;

struct object_header {
    std::atomic<std::uint64_t> word{0};
    std::atomic<std::uint64_t> weak{1};
    object_operations const* operations;
    chain cleanups;

    explicit object_header(object_operations const& ops) noexcept : operations(&ops) {}
    object_header(object_header const&) = delete;
    object_header& operator=(object_header const&) = delete;

    extent object() const noexcept { return operations->object(*this); }
};
static_assert(sizeof(object_header) == 32);

// Returns: 0 also for a dead object in a destroy queue.
inline std::uint32_t strong_count(std::uint64_t word) noexcept {
    auto const strong = static_cast<std::uint32_t>(word);
    return strong <= max_strong ? strong : 0;
}

// relaxed: the count is a snapshot that orders nothing.
inline long use_count(object_header const* managed) noexcept {
    return managed != nullptr ? strong_count(managed->word.load(std::memory_order_relaxed)) : 0;
}

[[noreturn]] HANDRAIL_API void abort_on_overflow() noexcept;

// Requires: the caller holds a strong reference.
inline void add_strong(object_header& managed) noexcept {
    // relaxed: the caller's reference already orders the object's state.
    auto const before = managed.word.fetch_add(one_reference, std::memory_order_relaxed);
    if (static_cast<std::uint32_t>(before) >= max_strong) [[unlikely]] {
        abort_on_overflow();
    }
}

// Effects: adds a strong reference, if there is an object. Returns: managed. Requires: as
//   add_strong().
inline object_header* with_strong_added(object_header* managed) noexcept {
    if (managed != nullptr) {
        add_strong(*managed);
    }
    return managed;
}

// Returns: whether the caller's strong reference is the only reference of any kind. If another
//   holder existed and made references between the loads, the second load of the word would show
//   more increments. So two equal words with weak = 1 between them describe a single moment.
// acquire: what other holders did before they released is visible, and the loads stay in order.
inline bool is_sole_owner(object_header const& managed) noexcept {
    auto const before = managed.word.load(std::memory_order_acquire);
    return static_cast<std::uint32_t>(before) == 1 &&
           managed.weak.load(std::memory_order_acquire) == 1 &&
           managed.word.load(std::memory_order_acquire) == before;
}

// acq_rel: the thread that releases last ends the object after every use by others.
inline void release_strong(object_header& managed) noexcept {
    if (is_sole_owner(managed)) {
        managed.word.store(0, std::memory_order_relaxed);  // no other thread has a reference
        managed.operations->end(&managed);
    } else if (static_cast<std::uint32_t>(managed.word.fetch_sub(1, std::memory_order_acq_rel)) ==
               1) {
        managed.operations->end(&managed);
    }
}

// relaxed: the reference from which it is made keeps the memory allocated.
inline void add_weak(object_header& managed) noexcept {
    managed.weak.fetch_add(1, std::memory_order_relaxed);
}

// Returns: whether it was the last one; then the caller frees the memory.
inline bool drop_weak(object_header& managed) noexcept {
    // If it is the only one, no other can be made. acquire, acq_rel: freed after every use.
    return managed.weak.load(std::memory_order_acquire) == 1 ||
           managed.weak.fetch_sub(1, std::memory_order_acq_rel) == 1;
}

inline void release_weak(object_header& managed) noexcept {
    if (drop_weak(managed)) {
        managed.operations->deallocate(&managed);
    }
}

// Returns: the word, once it is not sealed. Waits until the pass has committed or unsealed the
//   object.
HANDRAIL_API std::uint64_t await_unseal(object_header const& managed) noexcept;

// Requires: the caller holds a weak reference. Returns: whether a strong one was added.
inline bool lock_weak(object_header& managed) noexcept {
    auto word = managed.word.load(std::memory_order_relaxed);
    while (strong_count(word) != 0) {
        if ((word & word_sealed) != 0) [[unlikely]] {
            word = await_unseal(managed);
            continue;
        }
        if (strong_count(word) == max_strong) [[unlikely]] {
            abort_on_overflow();
        }
        // acquire: what make wrote to the object is visible.
        if (managed.word.compare_exchange_weak(
                word, word + one_reference, std::memory_order_acquire, std::memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

}  // namespace handrail::detail
