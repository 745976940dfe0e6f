// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The header of a managed object: one allocation holds it and the object.
//
// The word, 64 bits: [increments:31 | frozen:1 | strong:32].
//  1. strong counts the references that keep the object alive. A copy adds 1 to strong and to increments in one
//     fetch_add, so that a word read twice without a change proves that no reference was made between.
//  2. strong = 0: the object is being built, or has ended; it never comes back from an end. A dead block that waits in a destroy
//     queue keeps its link in the word, with bit 31, which no count reaches.
//  3. frozen is reserved for the cycle collector.
// weak counts the weak references, plus 1 while the object is there; the memory goes when it drops to 0.
//
// Thread safety: word and weak by any thread; operations never changes; cleanups as chain.hpp says.

#pragma once

#include <handrail/detail/chain.hpp>
#include <handrail/detail/export.hpp>
#include <handrail/detail/owner.hpp>
#include <handrail/detail/track.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace handrail::detail {

struct block_operations {
    void (*destroy)(block&) noexcept;     // ends the object
    void (*deallocate)(block*) noexcept;  // frees header and object memory
    extent (*object)(block const&) noexcept;
    std::type_info const* type;           // of the object
};

inline constexpr std::uint64_t word_strong = 0xffff'ffff;
inline constexpr std::uint64_t word_version = std::uint64_t{1} << 33;
inline constexpr std::uint64_t word_increment = word_version | 1;

struct block {
    std::atomic<std::uint64_t> word{0};
    std::atomic<std::uint64_t> weak{1};
    block_operations const* operations;
    chain cleanups;

    explicit block(block_operations const& ops) noexcept : operations(&ops) {}
    block(block const&) = delete;
    block& operator=(block const&) = delete;

    extent object() const noexcept { return operations->object(*this); }
};
static_assert(sizeof(block) == 32);

// 0 also for a dead block that waits in a queue.
inline std::uint32_t strong_count(std::uint64_t word) noexcept {
    auto const strong = static_cast<std::uint32_t>(word);
    return strong < 0x8000'0000U ? strong : 0;
}

[[noreturn]] HANDRAIL_API void abort_on_overflow() noexcept;
// The count has dropped to 0: ends the object here, or, inside another end on this thread, soon.
HANDRAIL_API void end_object(block* dead) noexcept;

// Requires: the caller holds a strong reference, or stands in for one.
inline void add_strong(block& managed) noexcept {
    // relaxed: the caller's reference already orders the object's state.
    if (strong_count(managed.word.fetch_add(word_increment, std::memory_order_relaxed)) >= 0x7fff'fffeU)
        [[unlikely]] {
        abort_on_overflow();
    }
}

// Whether the caller's reference is the only one of any kind. Each load may see an older state than the next, but a reference made
// between them would have changed the word: so equal words, with weak = 1 between, are one moment's truth.
// acquire: what other threads did before they let go is visible.
inline bool is_sole_owner(block const& managed) noexcept {
    auto const before = managed.word.load(std::memory_order_acquire);
    return static_cast<std::uint32_t>(before) == 1 &&
           managed.weak.load(std::memory_order_acquire) == 1 &&
           managed.word.load(std::memory_order_acquire) == before;
}

inline void release_strong(block& managed) noexcept {
    // acq_rel: the last one ends the object after everybody else's use.
    if (is_sole_owner(managed)) {
        managed.word.store(0, std::memory_order_relaxed);  // nobody else can look
        end_object(&managed);
    } else if (static_cast<std::uint32_t>(managed.word.fetch_sub(1, std::memory_order_acq_rel)) == 1) {
        end_object(&managed);
    }
}

inline void add_weak(block& managed) noexcept { managed.weak.fetch_add(1, std::memory_order_relaxed); }

inline void release_weak(block& managed) noexcept {
    // The only reference left cannot be joined by another. acquire, acq_rel: freed after every use.
    if (managed.weak.load(std::memory_order_acquire) == 1 ||
        managed.weak.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        managed.operations->deallocate(&managed);
    }
}

// Requires: the caller holds a weak reference. Returns: whether a strong one was added.
inline bool lock_weak(block& managed) noexcept {
    auto word = managed.word.load(std::memory_order_relaxed);
    while (strong_count(word) != 0) {
        if (strong_count(word) >= 0x7fff'fffeU) [[unlikely]] {
            abort_on_overflow();
        }
        // acquire: the object as its maker left it.
        if (managed.word.compare_exchange_weak(word, word + word_increment, std::memory_order_acquire,
                                               std::memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

// A block with its object. The object sits in a union: it begins after the header and ends before it.
template <class T>
struct managed final : block {
    union {
        T value;
    };

    managed() noexcept : block(table) {}
    ~managed() {}

    static void destroy(block& self) noexcept {
        std::destroy_at(std::addressof(static_cast<managed&>(self).value));
    }
    static void deallocate(block* self) noexcept { delete static_cast<managed*>(self); }
    static extent extent_of(block const& self) noexcept {
        return {std::addressof(static_cast<managed const&>(self).value), sizeof(T)};
    }
    static constexpr block_operations table{&destroy, &deallocate, &extent_of, &typeid(T)};
};

// While one exists, parts of the object that the calling thread constructs in its memory can find their block.
class construction {
public:
    HANDRAIL_API explicit construction(block& fresh) noexcept;
    construction(construction const&) = delete;
    construction& operator=(construction const&) = delete;
    HANDRAIL_API ~construction();

private:
    friend block* block_around(void const* part) noexcept;
    block& fresh_;
    extent object_;
    construction* outer_;  // a constructor may make other objects
};

// Returns: the block of the object under construction on this thread that part belongs to, or null.
HANDRAIL_API block* block_around(void const* part) noexcept;

}  // namespace handrail::detail
