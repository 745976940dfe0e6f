// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The live heap blocks of an inspected program.
//
//     glibc_heap const heap = read_glibc_heap(*program);          // heap/glibc_heap.hpp
//     if (auto const index = heap.blocks.around(word)) …  // the word points into this block
//
// Thread safety: const functions may be called at the same time.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace handrail::inspect {

struct heap_block {
    address begin = 0;
    std::uint64_t size = 0;  // bytes that the program may use; at least what it asked for

    address end() const noexcept { return begin + size; }
};

class heap_blocks {
public:
    heap_blocks() = default;
    // Effects: sorts the blocks, and drops those that overlap an earlier one.
    explicit heap_blocks(std::vector<heap_block> blocks);

    std::span<heap_block const> all() const noexcept { return blocks_; }

    // Returns: the index of the block in which the address lies.
    std::optional<std::uint32_t> around(address at) const noexcept;

private:
    // Blocks near each other. Most words of a program point nowhere, so most searches must
    // end quickly.
    struct cluster {
        address begin = 0;  // of a page
        address end = 0;    // of its last block
        // For each page, the first block that begins in it or behind; and the end of all.
        std::vector<std::uint32_t> first{};
    };

    void add_cluster(std::uint32_t from, std::uint32_t to);

    std::vector<heap_block> blocks_;
    std::vector<cluster> clusters_;
};

}  // namespace handrail::inspect
