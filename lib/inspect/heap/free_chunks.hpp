// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Freed chunks that glibc's malloc keeps for quick reuse: in each thread's cache, and in the fast
// bins of arenas. Their headers say that they are in use.
//
//     free_chunks freed(memory, blocks);
//     freed.add_fast_bins(arena);
//     freed.add_caches(threads);
//     freed.live();

#pragma once

#include "lib/inspect/heap/glibc_arenas.hpp"
#include "lib/inspect/heap/heap_blocks.hpp"
#include "lib/inspect/target/target.hpp"

#include <optional>
#include <span>
#include <vector>

namespace handrail::inspect {

class free_chunks {
public:
    // Requires: the blocks are sorted, and outlive *this.
    free_chunks(memory const& in, std::vector<heap_block> const& blocks)
        : in_(in), blocks_(blocks), freed_(blocks.size()) {}

    void add_fast_bins(arena const& of);
    // Effects: also adds the caches themselves, which are blocks that no program has asked for.
    void add_caches(std::span<thread const> threads);

    // Returns: the other blocks.
    std::vector<heap_block> live() const;

    // Whether a list led to something else than a block.
    bool is_damaged() const noexcept { return damaged_; }

private:
    struct cache {
        unsigned lists = 0;  // 0: it is none
        bool is_empty = true;
    };

    std::optional<std::size_t> block_at(address begin) const;
    address next_in_list(address block, std::uint64_t offset);
    void add_list(address block, std::uint64_t offset);
    cache cache_at(address at) const;
    std::optional<std::uint64_t> place_of_caches(std::span<thread const> threads) const;
    void add_cache(address at);

    memory const& in_;
    std::vector<heap_block> const& blocks_;
    std::vector<bool> freed_;  // of each block
    bool damaged_ = false;
};

}  // namespace handrail::inspect
