// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/mapped_chunks.hpp"

#include "lib/inspect/heap/chunk_chain.hpp"
#include "lib/inspect/heap/glibc_arenas.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t page = 4096;

// Since glibc 2.43 a chunk ends 16 bytes before its mapping, and its block 8 bytes behind it, as
// those of other chunks do; before, all three ended together.
bool ends_with_mapping(std::uint64_t end_in_mapping) noexcept {
    return end_in_mapping % page == 0 || end_in_mapping % page == page - 16;
}

// Returns: the chunk's block, if one begins there whose mapping begins at `mapping`.
std::optional<heap_block> chunk_at(memory const& in, address at, address mapping, address end) {
    std::uint64_t const before = at - mapping;
    chunk_size const size = size_of_chunk(in, at);
    if (in.word(at) != before || !size.has_own_mapping() ||
        !ends_with_mapping(before + size.bytes()) || size.bytes() < smallest_chunk ||
        size.bytes() > end - at) {
        return std::nullopt;
    }
    bool const ends_behind = (before + size.bytes()) % page != 0;
    return heap_block{at + chunk_header, size.bytes() - chunk_header + (ends_behind ? 8 : 0)};
}

// memalign(3) gets a larger chunk, leaves its header as it is, and writes another one further on,
// before the first aligned address. Only that one is right after a realloc(3).
std::optional<heap_block> mapped_chunk(memory const& in, address mapping, address end) {
    chunk_size const whole = size_of_chunk(in, mapping);
    if (in.word(mapping) != 0 || !whole.has_own_mapping() || !ends_with_mapping(whole.bytes())) {
        return std::nullopt;
    }
    std::uint64_t const size = std::min(whole.bytes(), memory::max_region);
    for (std::uint64_t alignment = 32; alignment < size; alignment *= 2) {
        address const aligned = (mapping + chunk_header + alignment - 1) / alignment * alignment;
        address const first = aligned - chunk_header;
        // Until glibc 2.42 there is room for a chunk before it.
        for (address const at : {first, first + alignment}) {
            auto const part = at == mapping || at >= end - smallest_chunk
                                  ? std::nullopt
                                  : chunk_at(in, at, mapping, end);
            if (part) {
                return part;
            }
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
