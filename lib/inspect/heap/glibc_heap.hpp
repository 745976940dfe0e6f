// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The live blocks of glibc's malloc, read from outside.
//
//     glibc_heap const heap = read_glibc_heap(*program);
//
// malloc's chunks follow each other in memory, so a walk over their sizes finds all of them
// (chunk_chain.hpp), in each part of each arena (glibc_arenas.hpp). Freed ones look live as long as
// they are in a thread's cache or in a fast bin; these lists are followed (free_chunks.hpp). Chunks
// with a mapping of their own are found page by page.
//
// The layouts are those of glibc 2.31 to 2.41 on x86-64. Blocks of other allocators are not found.

#pragma once

#include "lib/inspect/heap/heap_blocks.hpp"
#include "lib/inspect/target/target.hpp"

#include <string>
#include <vector>

namespace handrail::inspect {

struct glibc_heap {
    heap_blocks blocks{};
    // Memory of arenas, by address. What is in it and in no block is malloc's own: what freed
    // blocks have left behind there is no root.
    std::vector<extent> arenas{};
    // What could not be read, a sentence each.
    std::vector<std::string> problems{};
};

glibc_heap read_glibc_heap(target const& program);

}  // namespace handrail::inspect
