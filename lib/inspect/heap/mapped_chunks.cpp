// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/mapped_chunks.hpp"

#include "lib/inspect/heap/chunk_chain.hpp"
#include "lib/inspect/heap/glibc_arenas.hpp"

#include <algorithm>
#include <optional>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t page = 4096;

// Returns: the chunk's block, if one begins there whose mapping begins at `mapping`.
std::optional<heap_block> chunk_at(memory const& in, address at, address mapping, address end) {
    std::uint64_t const before = at - mapping;
    chunk_size const size = size_of_chunk(in, at);
    if (in.word(at) != before || !size.has_own_mapping() || (before + size.bytes()) % page != 0 ||
        size.bytes() < smallest_chunk || size.bytes() > end - at) {
        return std::nullopt;
    }
    return heap_block{at + chunk_header, size.bytes() - chunk_header};
}

// memalign(3) gets a larger chunk, leaves its header as it is, and writes another one further on,
// before the first aligned address. Only that one is right after a realloc(3).
std::optional<heap_block> mapped_chunk(memory const& in, address mapping, address end) {
    chunk_size const whole = size_of_chunk(in, mapping);
    if (in.word(mapping) != 0 || !whole.has_own_mapping() || whole.bytes() % page != 0) {
        return std::nullopt;
    }
    std::uint64_t const size = std::min(whole.bytes(), memory::max_region);
    for (std::uint64_t alignment = 32; alignment < size; alignment *= 2) {
        address const aligned = (mapping + chunk_header + alignment - 1) / alignment * alignment;
        address const first = aligned - chunk_header;
        address const at = first - mapping < smallest_chunk ? first + alignment : first;
        auto const part = at == mapping || at >= end - smallest_chunk
                              ? std::nullopt
                              : chunk_at(in, at, mapping, end);
        if (part) {
            return part;
        }
    }
    return chunk_at(in, mapping, mapping, end);
}

// Returns: where the first arena ends that contains the address; 0 if none does.
address end_of_arena(std::span<extent const> arenas, address at) {
    auto const after = std::upper_bound(arenas.begin(), arenas.end(), at,
                                        [](address a, extent const& each) { return a < each.end; });
    return after != arenas.end() && after->begin <= at ? after->end : 0;
}

}  // namespace

void find_mapped_chunks(memory const& in, std::span<extent const> arenas,
                        std::vector<heap_block>& in_use) {
    for (region const& each : in.regions()) {
        if (!is_anonymous(each)) {
            continue;
        }
        address next = each.begin;
        for (extent const& part : in.used_parts(each)) {
            for (address at = std::max(next, part.begin); at < part.end; at = next) {
                next = at + page;
                if (address const end = end_of_arena(arenas, at); end != 0) {
                    next = end;
                } else if (auto const found = mapped_chunk(in, at, each.end)) {
                    in_use.push_back(*found);
                    next = (found->end() + page - 1) / page * page;
                }
            }
        }
    }
}

}  // namespace handrail::inspect
