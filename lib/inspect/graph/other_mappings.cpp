// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/graph/other_mappings.hpp"

#include <algorithm>

namespace handrail::inspect {

namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t largest = std::uint64_t{256} << 20;  // more is a pool of data

address page_begin(address at) noexcept { return at & ~(page - 1); }
address page_end(address at) noexcept { return (at + page - 1) & ~(page - 1); }

// Whether malloc has mapped the block by itself. Neighbours of such a block need not be malloc's:
// the kernel joins adjacent mappings into one region.
bool is_mapped_chunk(memory const& words, heap_block const& block) {
    constexpr std::uint64_t header = 16;
    constexpr std::uint64_t mapped_flag = 2;
    std::uint64_t const size = words.word(block.begin - 8);
    return block.begin % page == header && (size & mapped_flag) != 0 && size - 2 >= block.size;
}

// Returns: the blocks that begin in the region.
std::span<heap_block const> blocks_in(heap_blocks const& heap, region const& where) {
    auto const before = [](heap_block const& each, address at) { return each.begin < at; };
    auto const all = heap.all();
    auto const first = std::lower_bound(all.begin(), all.end(), where.begin, before);
    return {first, std::lower_bound(first, all.end(), where.end, before)};
}

// Returns: what of the region is used by others, by address.
std::vector<extent> used_by_others(target const& program, heap_blocks const& heap,
                                   region const& where, std::vector<extent> used) {
    for (heap_block const& each : blocks_in(heap, where)) {
        if (!is_mapped_chunk(program.memory(), each)) {
            return {{where.begin, where.end}};  // a heap: what lies between its blocks is free
        }
        used.push_back({page_begin(each.begin), page_end(each.end())});
    }
    std::sort(used.begin(), used.end(),
              [](auto const& a, auto const& b) { return a.begin < b.begin; });
    return used;
}

bool may_be_the_programs_own(region const& where) {
    return where.writable && where.readable && where.size() <= largest && where.file != "[heap]" &&
           !where.file.starts_with("[vv");
}

}  // namespace

std::vector<extent> other_mappings(target const& program, heap_blocks const& heap,
                                   std::vector<region> const& segments,
                                   std::vector<thread_memory> const& threads) {
    std::vector<extent> known;
    for (region const& each : segments) {
        known.push_back({page_begin(each.begin), page_end(each.end)});
    }
    for (thread_memory const& each : threads) {
        known.push_back(each.mapping);
        known.push_back(each.local);
    }
    std::vector<extent> found;
    for (region const& each : program.memory().regions()) {
        if (!may_be_the_programs_own(each)) {
            continue;
        }
        address free_from = each.begin;
        for (extent const& used : used_by_others(program, heap, each, known)) {
            if (used.end <= free_from || used.begin >= each.end) {
                continue;
            }
            if (free_from < used.begin) {
                found.push_back({free_from, used.begin});
            }
            free_from = used.end;
        }
        if (free_from < each.end) {
            found.push_back({free_from, each.end});
        }
    }
    return found;
}

}  // namespace handrail::inspect
