// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/glibc_arenas.hpp"

#include "lib/inspect/heap/chunk_chain.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t heap_size = std::uint64_t{64} << 20;
// A module's data in which an arena is searched; that of libc has a few thousand bytes.
constexpr std::uint64_t most_module_data = std::uint64_t{64} << 20;

// A bin is a list of free chunks, through the bin as if that were a chunk, too.
bool is_bin(memory const& in, address bin) {
    address const forward = in.word(bin + 16);
    if (forward == 0 || forward % 8 != 0) {
        return false;
    }
    address const backward = in.word(bin + 24);
    return (forward == bin && backward == bin) ||
           (in.word(forward + 24) == bin && in.word(backward + 16) == bin);
}

// All arenas of a libc are in one ring.
bool is_in_ring(memory const& in, arena const& first) {
    constexpr unsigned most_arenas = 4096;
    arena each = first;
    each.at = first.next(in);
    for (unsigned i = 0; i != most_arenas && each.at != 0 && each.at != first.at; ++i) {
        each.at = each.next(in);
    }
    return each.at == first.at;
}

// Some bins may be wrong, since the program can have been stopped while it changed them.
bool is_arena(memory const& in, arena const& candidate) {
    constexpr unsigned most_wrong = 4;
    unsigned wrong = 0;
    for (unsigned i = 0; i != arena::bins && wrong <= most_wrong; ++i) {
        wrong += !is_bin(in, candidate.bin(i));
    }
    return wrong <= most_wrong && is_in_ring(in, candidate);
}

std::optional<arena> arena_at(memory const& in, address at) {
    for (bool const has_fast_bins : {true, false}) {
        if (arena const candidate{at, has_fast_bins}; is_arena(in, candidate)) {
            return candidate;
        }
    }
    return std::nullopt;
}

// struct heap_info: {arena, previous heap, size, …}, 32 bytes until glibc 2.34, then 48.
std::optional<arena_part> heap_at(memory const& in, address at, address end_of_region) {
    std::uint64_t const header = in.word(at) % heap_size;
    std::uint64_t const size = in.word(at + 16);
    if ((header != 32 && header != 48) || size > heap_size || size < header + smallest_chunk) {
        return std::nullopt;
    }
    auto const of = arena_at(in, in.word(at));
    if (!of) {
        return std::nullopt;
    }
    bool const has_arena = of->at == at + header;
    // Blocks, 16 bytes behind the beginning of their chunk, are aligned to 16 bytes.
    address const first = has_arena ? (of->end() + 15) & ~address{15} : at + header;
    address const end = std::min(at + size, end_of_region);
    return arena_part{*of, {at, at + heap_size}, {std::min(first, end), end}};
}

// Returns: the writable memory around regions[index] without gaps, in which brk(2) has grown.
extent around_region(std::span<region const> regions, std::size_t index) {
    auto const belongs = [&](std::size_t other) {
        return is_anonymous(regions[other]) || regions[other].file == "[heap]";
    };
    std::size_t first = index, last = index;
    while (first != 0 && belongs(first - 1) && regions[first - 1].end == regions[first].begin) {
        --first;
    }
    while (last + 1 != regions.size() && belongs(last + 1) &&
           regions[last + 1].begin == regions[last].end) {
        ++last;
    }
    return {regions[first].begin, regions[last].end};
}

// Memory that a main arena has mapped because brk(2) failed.
bool is_mapped_part(memory const& in, region const& each, address top) {
    chunk_size const first = size_of_chunk(in, each.begin);
    return is_anonymous(each) && (first.word & 7) == 1 && in.word(each.begin) == 0 &&
           is_chain(in, {each.begin, each.end}, top);
}

void add_part(std::vector<arena_part>& parts, arena const& of, extent where) {
    bool const known = std::any_of(parts.begin(), parts.end(), [&](arena_part const& each) {
        return each.chunks.begin < where.end && where.begin < each.chunks.end;
    });
    if (!known) {
        parts.push_back({of, where, where});
    }
}

}  // namespace

bool is_anonymous(region const& each) {
    return each.readable && each.writable && !each.shared && each.file.empty();
}

std::vector<arena> find_main_arenas(memory const& in) {
    std::vector<arena> found;
    for (region const& each : in.regions()) {
        if (!each.is_module() || !each.readable || !each.writable || each.shared) {
            continue;
        }
        address const end = each.begin + std::min(each.size(), most_module_data);
        for (address at = each.begin; at < end; at += 8) {
            if (auto const main = arena_at(in, at)) {
                found.push_back(*main);
                at = main->end() / 8 * 8;
            }
        }
    }
    return found;
}

std::vector<arena_part> find_heaps(memory const& in) {
    std::vector<arena_part> found;
    for (region const& each : in.regions()) {
        if (!is_anonymous(each) || each.size() > memory::max_region) {
            continue;
        }
        address const first = (each.begin + heap_size - 1) / heap_size * heap_size;
        for (address at = first; at >= first && at < each.end; at += heap_size) {
            if (auto part = heap_at(in, at, each.end)) {
                found.push_back(*part);
            }
        }
    }
    return found;
}

std::vector<arena_part> find_main_parts(memory const& in, std::vector<arena> const& main) {
    std::vector<arena_part> parts;
    std::span<region const> const regions = in.regions();
    for (arena const& of : main) {
        address const top = of.top(in);
        for (std::size_t i = 0; i != regions.size(); ++i) {
            bool const has_top = regions[i].contains(top);
            if (has_top || regions[i].file == "[heap]") {
                add_part(parts, of, around_region(regions, i));
            } else if (!of.is_contiguous(in) && is_mapped_part(in, regions[i], top)) {
                add_part(parts, of, {regions[i].begin, regions[i].end});
            }
        }
    }
    return parts;
}

}  // namespace handrail::inspect
