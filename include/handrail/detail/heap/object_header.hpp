// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The header of a managed object: one allocation holds it and the object.
//
// The word, 64 bits: [increments:31 | frozen:1 | strong:32].
//  1. strong counts the references that keep the object alive. A copy adds 1 to strong and to
//     increments in one fetch_add, so that a word read twice without a change proves that no
//     reference was made in between.
//  2. strong = 0: the object is being built, or has ended; it never comes back from an end. A dead
//     block that waits in a destroy queue keeps its link in the word, with bit 31, which no count
//     reaches.
//  3. frozen is set by a pass of the cycle collector (docs/collector.md) while it decides about the
//     object; only weak locks take notice, and wait.
//
// weak counts the weak references, plus 1 while the object is there; the memory goes when it drops
// to 0.
//
// Thread safety: word and weak by any thread; operations never changes; cleanups as chain.hpp says.

#pragma once

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/chain.hpp>
#include <handrail/detail/track/owner.hpp>
#include <handrail/detail/track/switches.hpp>
#include <handrail/detail/track/track.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace handrail::detail {

struct edge_operations;

struct object_operations {
    void (*end)(object_header*) noexcept;         // the last strong reference is gone
    void (*destroy)(object_header&) noexcept;     // ends the object
    void (*deallocate)(object_header*) noexcept;  // frees the memory of header and object
    extent (*object)(object_header const&) noexcept;
    std::type_info const* type;    // of the object
    edge_operations const* edges;  // null: no edges, the collector need not know the object
};

// Marks the address of a block in a weak reference, for a look at raw bytes.
inline constexpr std::uintptr_t weak_tag = 1;

inline constexpr std::uint64_t word_version = std::uint64_t{1} << 33;
inline constexpr std::uint64_t word_increment = word_version | 1;
inline constexpr std::uint64_t word_frozen = std::uint64_t{1} << 32;
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

// Returns: 0 also for a dead block that waits in a queue.
inline std::uint32_t strong_count(std::uint64_t word) noexcept {
    auto const strong = static_cast<std::uint32_t>(word);
    return strong <= max_strong ? strong : 0;
}

// relaxed: the count is a snapshot that orders nothing.
inline long use_count(object_header const* managed) noexcept {
    return managed != nullptr ? strong_count(managed->word.load(std::memory_order_relaxed)) : 0;
}

[[noreturn]] HANDRAIL_API void abort_on_overflow() noexcept;

// Effects: ends the object and its cleanups; inside another end on this thread, soon.
HANDRAIL_API void end_object(object_header* dead) noexcept;

// Requires: the caller holds a strong reference.
inline void add_strong(object_header& managed) noexcept {
    // relaxed: the caller's reference already orders the object's state.
    auto const before = managed.word.fetch_add(word_increment, std::memory_order_relaxed);
    if (static_cast<std::uint32_t>(before) >= max_strong) [[unlikely]] {
        abort_on_overflow();
    }
}

// Whether the caller's strong reference is the only one of any kind. Only another holder could make
// references between the loads, and one that came and went has left the word with more increments;
// so equal words, with weak = 1 between them, are the truth of one moment.
// acquire: what others did before they let go is visible, and the loads stay in order.
inline bool is_sole_owner(object_header const& managed) noexcept {
    auto const before = managed.word.load(std::memory_order_acquire);
    return static_cast<std::uint32_t>(before) == 1 &&
           managed.weak.load(std::memory_order_acquire) == 1 &&
           managed.word.load(std::memory_order_acquire) == before;
}

inline void release_strong(object_header& managed) noexcept {
    if (is_sole_owner(managed)) {
        managed.word.store(0, std::memory_order_relaxed);  // nobody else can look
        managed.operations->end(&managed);
        // acq_rel: the last one ends the object after everybody else's use.
    } else if (static_cast<std::uint32_t>(managed.word.fetch_sub(1, std::memory_order_acq_rel)) ==
               1) {
        managed.operations->end(&managed);
    }
}

// relaxed: the reference from which it is made keeps the memory.
inline void add_weak(object_header& managed) noexcept {
    managed.weak.fetch_add(1, std::memory_order_relaxed);
}

// Returns: whether it was the last, so that the caller frees the memory.
inline bool drop_weak(object_header& managed) noexcept {
    // The only reference left cannot be joined by another. acquire, acq_rel: freed after every use.
    return managed.weak.load(std::memory_order_acquire) == 1 ||
           managed.weak.fetch_sub(1, std::memory_order_acq_rel) == 1;
}

inline void release_weak(object_header& managed) noexcept {
    if (drop_weak(managed)) {
        managed.operations->deallocate(&managed);
    }
}

// Returns: the word once it is not frozen; a pass is about to commit, or to let go.
HANDRAIL_API std::uint64_t await_thaw(object_header const& managed) noexcept;

// Requires: the caller holds a weak reference. Returns: whether a strong one was added.
inline bool lock_weak(object_header& managed) noexcept {
    auto word = managed.word.load(std::memory_order_relaxed);
    while (strong_count(word) != 0) {
        if ((word & word_frozen) != 0) [[unlikely]] {
            word = await_thaw(managed);
            continue;
        }
        if (strong_count(word) == max_strong) [[unlikely]] {
            abort_on_overflow();
        }
        // acquire: the object as its maker left it.
        if (managed.word.compare_exchange_weak(word, word + word_increment,
                                               std::memory_order_acquire,
                                               std::memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

// While one exists, bases of the object that this thread constructs in the block can find it. They
// nest when a constructor makes other objects.
class construction {
public:
    explicit construction(object_header& fresh) noexcept
        : fresh_(fresh), innermost_(innermost()), outer_(std::exchange(innermost_, this)) {}
    construction(construction const&) = delete;
    construction& operator=(construction const&) = delete;
    ~construction() { innermost_ = outer_; }

    // Returns: the block of the object that this thread constructs and that part lies in, or null.
    HANDRAIL_API static object_header* around(void const* part) noexcept;

private:
    HANDRAIL_API static construction*& innermost() noexcept;

    object_header& fresh_;
    construction*& innermost_;  // of this thread
    construction* outer_;
};

// The base that knows the managed object around it; null outside of one. make looks for it, so that
// other types do not pay for the thread-local. Its names are visible in users' classes, hence long.
class enable_shared_from_this_base {
protected:
    constexpr enable_shared_from_this_base() noexcept = default;
    // A copy is an object of its own.
    constexpr enable_shared_from_this_base(enable_shared_from_this_base const&) noexcept {}
    enable_shared_from_this_base& operator=(enable_shared_from_this_base const&) noexcept {
        return *this;
    }
    ~enable_shared_from_this_base() = default;

    object_header* handrail_header() const noexcept {
        return reinterpret_cast<object_header*>(handrail_header_ & ~owns_nothing);
    }

private:
    // As in a weak: a look at raw bytes must not take it for a shared.
    static constexpr std::uintptr_t owns_nothing = 1;

    // Valid as long as this, a part of it.
    std::uintptr_t handrail_header_ = marked_around(this);

    // What is initialised before the program runs is no managed object.
    static constexpr std::uintptr_t marked_around(void const* part) noexcept {
        return std::is_constant_evaluated() ? 0 : marked(construction::around(part));
    }

    static std::uintptr_t marked(object_header const* around) noexcept {
        return around != nullptr ? as_integer(around) | owns_nothing : 0;
    }
};

}  // namespace handrail::detail
