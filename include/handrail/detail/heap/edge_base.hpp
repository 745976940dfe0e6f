// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The part of an edge that a pass reads: an atomic word with the target's block. The rules for
// changing it are what makes a pass sound; docs/collector.md gives the reasons.
//
//  1. Store: count the new target, exchange the word, release the old target; after the exchange
//     nothing of the edge's owner may be touched, it may be gone.
//  2. Move out: clear the word, then bump the target's increments: a pass that counted this edge
//     and misses the new place of the reference sees that the target has changed.
//
// Thread safety: distinct edges by distinct threads; one edge by one thread at a time, as
//   std::shared_ptr. A pass reads the word at any time.

#pragma once

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/tracked_object.hpp>

#include <atomic>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace handrail::detail {

// An edge or traced container was built at address. Call when tracking().
HANDRAIL_API void note_edge_built(void const* address) noexcept;

class edge_base {
public:
    // relaxed: only a pass reads an edge that it is not synchronised with.
    object_header* managed() const noexcept {
        return header_in(word_.load(std::memory_order_relaxed));
    }

    // For the collector.
    void read(edge_reader& reader) const { reader.add(word_); }
    // Effects: nulls the edge. Requires: the owner is garbage. A target without a count is garbage
    //   of the same pass, its count is not ours any more.
    void clear_in_garbage() noexcept {
        object_header* const target = header_in(word_.exchange(0, std::memory_order_relaxed));
        if (target != nullptr && strong_count(target->word.load(std::memory_order_relaxed)) != 0) {
            release_strong(*target);
        }
    }

protected:
    constexpr edge_base() noexcept {
        if (!std::is_constant_evaluated() && tracking()) {
            note_edge_built(this);
        }
    }
    edge_base(edge_base const&) = delete;
    edge_base& operator=(edge_base const&) = delete;
    // relaxed: no pass reads the edges of an object that is being destroyed.
    ~edge_base() {
        if (object_header* const target = header_in(word_.load(std::memory_order_relaxed))) {
            release_strong(*target);
        }
    }

    // Requires: the edge is null; the caller has counted the reference or got it from take().
    // release: a pass that follows the edge sees the target's header.
    void begin(object_header* target) noexcept {
        word_.store(word_for(target), std::memory_order_release);
    }
    // Requires: as begin(), but the edge may hold another target, which is released.
    void replace(object_header* target) noexcept {
        // seq_cst: with the flag of a running pass; see lib/heap/registry.hpp, rule 3.
        if (object_header* const before = header_in(word_.exchange(word_for(target)))) {
            release_strong(*before);
        }
    }
    object_header* take() noexcept {
        object_header* const target = header_in(word_.exchange(0));
        if (target != nullptr) {
            // release: whoever sees the bump sees the cleared edge. After the clear: rule 2.
            target->word.fetch_add(word_version, std::memory_order_release);
        }
        return target;
    }
    static object_header* counted(object_header* target) noexcept {
        if (target != nullptr) {
            add_strong(*target);
        }
        return target;
    }

private:
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
