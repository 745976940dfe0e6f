// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Chunks of glibc's malloc in memory that it has got in one piece: each begins where the one before
// ends. A chunk's header has its size; whether it is free stands in the header of the next one.
//
//     | previous size | size, flags | the block … | previous size | size, flags | …
//                                                                   ^ 1: the one before is in use
//
// The last one is the arena's top, or a fence, if the arena continues elsewhere.

#pragma once

#include "lib/inspect/heap/heap_blocks.hpp"

#include <string>
#include <vector>

namespace handrail::inspect {

inline constexpr std::uint64_t chunk_header = 16;
inline constexpr std::uint64_t smallest_chunk = 32;

// The word that has a chunk's size, and its flags.
struct chunk_size {
    std::uint64_t word = 0;

    std::uint64_t bytes() const noexcept { return word & ~std::uint64_t{7}; }
    bool previous_in_use() const noexcept { return (word & 1) != 0; }
    bool has_own_mapping() const noexcept { return (word & 7) == 2; }
};

inline chunk_size size_of_chunk(memory const& in, address chunk) { return {in.word(chunk + 8)}; }

// Returns: the block of a chunk. It includes the first word of the next chunk, which is the chunk's
//   as long as it is in use.
inline heap_block block_of(address chunk, std::uint64_t size) noexcept {
    return {chunk + chunk_header, size - 8};
}

// Effects: appends the blocks in use of the chunks in `where`, up to `top`, which may be elsewhere.
//   Where there are no chunks, such as where a program has called sbrk(2) itself, it searches for
//   the next; what is left out because of damage is said in problems.
void walk_chunks(memory const& in, extent where, address top, std::vector<heap_block>& in_use,
                 std::vector<std::string>& problems);

// Returns: whether a chain of chunks begins there that leads to top or to a fence.
bool is_chain(memory const& in, extent where, address top);

}  // namespace handrail::inspect
