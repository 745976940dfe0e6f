// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/glibc_heap.hpp"

#include "lib/inspect/heap/chunk_chain.hpp"
#include "lib/inspect/heap/free_chunks.hpp"
#include "lib/inspect/heap/glibc_arenas.hpp"
#include "lib/inspect/heap/mapped_chunks.hpp"

#include <algorithm>
#include <utility>

namespace handrail::inspect {
namespace {

std::vector<arena> all_arenas(std::vector<arena> arenas, std::vector<arena_part> const& heaps) {
    for (arena_part const& each : heaps) {
        arenas.push_back(each.of);
    }
    auto const by_address = [](arena const& a, arena const& b) { return a.at < b.at; };
    std::sort(arenas.begin(), arenas.end(), by_address);
    auto const same = [](arena const& a, arena const& b) { return a.at == b.at; };
    arenas.erase(std::unique(arenas.begin(), arenas.end(), same), arenas.end());
    return arenas;
}

std::vector<extent> reserved_by(std::vector<arena_part> const& parts) {
    std::vector<extent> reserved;
    for (arena_part const& each : parts) {
        reserved.push_back(each.reserved);
    }
    std::sort(reserved.begin(), reserved.end(),
              [](extent const& a, extent const& b) { return a.begin < b.begin; });
    return reserved;
}

}  // namespace

glibc_heap read_glibc_heap(target const& program) {
    glibc_heap heap;
    memory const& in = program.memory();
    std::vector<arena> const main = find_main_arenas(in);
    std::vector<arena_part> parts = find_heaps(in);
    std::vector<arena> const arenas = all_arenas(main, parts);
    for (arena_part& each : find_main_parts(in, main)) {
        parts.push_back(each);
    }
    std::vector<heap_block> blocks;
    for (arena_part const& each : parts) {
        walk_chunks(in, each.chunks, each.of.top(in), blocks, heap.problems);
    }
    heap.arenas = reserved_by(parts);
    find_mapped_chunks(in, heap.arenas, blocks);
    std::sort(blocks.begin(), blocks.end(),
              [](heap_block const& a, heap_block const& b) { return a.begin < b.begin; });
    free_chunks freed(in, blocks);
    for (arena const& each : arenas) {
        if (each.has_fast_bins) {
            freed.add_fast_bins(each);
        }
    }
    freed.add_caches(program.threads());
    if (freed.is_damaged()) {
        heap.problems.push_back(
            "lists of freed memory are damaged or were being changed: some freed "
            "blocks are taken for live ones");
    }
    if (main.empty()) {
        heap.problems.push_back(
            "malloc of glibc was not found: blocks of other allocators are not seen");
    }
    heap.blocks = heap_blocks(freed.live());
    return heap;
}

}  // namespace handrail::inspect
