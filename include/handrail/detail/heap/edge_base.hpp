// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// edge_base: the part of an edge that a pass reads, an atomic word with the address of the target's
// header. Passes are correct only if the word changes by these rules; docs/collector.md says why.
//
//  1. Store: count the new target, exchange the word, release the old target. After the exchange
//     nothing of the edge's owner may be touched, because the owner may have ended.
//  2. Move out: clear the word, then add 1 to the target's increments. A pass that has counted this
//     edge and has missed the edge to which the reference moved then finds the target changed.
//
// Thread safety: distinct edges may be used by distinct threads; one edge by one thread at a time,
//   as std::shared_ptr. A pass reads the word at any time.

#pragma once

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/access.hpp>
#include <handrail/detail/heap/edge_reader.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <atomic>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace handrail::detail {

// The hooks to call when an edge or a traced container is constructed or destroyed, when
// leak_check_on(). Defined by the edge census, lib/heap/edge_census.cpp.
HANDRAIL_API void notify_edge_built(void const* address) noexcept;
HANDRAIL_API void notify_edge_ended(void const* address) noexcept;

class edge_base {
protected:
    constexpr edge_base() noexcept {
        if (!std::is_constant_evaluated() && leak_check_on()) {
            notify_edge_built(this);
        }
    }
    edge_base(edge_base const&) = delete;
    edge_base& operator=(edge_base const&) = delete;
    // relaxed: no pass reads the edges of an object that is being destroyed.
    ~edge_base() {
        if (leak_check_on()) [[unlikely]] {
            notify_edge_ended(this);
        }
        if (object_header* const target = header_in(word_.load(std::memory_order_relaxed))) {
            if (wiping()) [[unlikely]] {
                word_.store(0, std::memory_order_relaxed);
                keep_stores(this);
            }
            release_strong(*target);
        }
    }

    // relaxed: only the thread that uses the edge asks, and no pass changes the word.
    object_header* managed() const noexcept {
        return header_in(word_.load(std::memory_order_relaxed));
    }

    // Effects: sets the target. Requires: the edge is null; the caller has counted the reference,
    //   or has it from take().
    // release: a pass that follows the edge reads a complete header.
    void set(object_header* target) noexcept {
        word_.store(word_for(target), std::memory_order_release);
    }
    // Effects: as set(), but the edge may have a target, which is released.
    void replace(object_header* target) noexcept {
        // seq_cst: ordered with the flag of an active pass; see lib/heap/limbo.hpp.
        if (object_header* const before = header_in(word_.exchange(word_for(target)))) {
            release_strong(*before);
        }
    }
    // Effects: nulls the edge. Returns: the target, with the reference that the edge had.
    object_header* take() noexcept {
        object_header* const target = header_in(word_.exchange(0));
        if (target != nullptr) {
            // After the clear: point 2. release: who reads the sum reads the cleared edge, too.
            target->word.fetch_add(one_increment, std::memory_order_release);
        }
        return target;
    }
    // Effects: nulls the edge of an object that is garbage. A target whose count is 0 is garbage of
    //   the same pass, so that there is nothing to release.
    void clear_in_garbage() noexcept {
        object_header* const target = header_in(word_.exchange(0, std::memory_order_relaxed));
        if (target != nullptr && strong_count(target->word.load(std::memory_order_relaxed)) != 0) {
            release_strong(*target);
        }
    }

private:
    friend struct heap_access;

    void read(edge_reader& reader) const { reader.add(word_); }

    static std::uintptr_t word_for(object_header const* target) noexcept {
        auto const word = as_integer(target);
        return target != nullptr && target->operations->edges != nullptr
                   ? word | edge_reader::is_tracked
                   : word;
    }
    static object_header* header_in(std::uintptr_t word) noexcept {
        return reinterpret_cast<object_header*>(word & ~edge_reader::is_tracked);
    }

    std::atomic<std::uintptr_t> word_{0};
};

}  // namespace handrail::detail
