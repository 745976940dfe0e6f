// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/free_chunks.hpp"

#include "lib/inspect/heap/chunk_chain.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

namespace handrail::inspect {
namespace {

// struct tcache_perthread_struct: for each list a number of 16 bits, then the lists. The numbers
// are how many chunks a list has or, since glibc 2.42, which has lists of large chunks, too, how
// many more it may get.
constexpr unsigned lists_of_small = 64;
constexpr unsigned lists_since_2_42 = 76;

// Returns: the number of lists in a cache of this size; 0 if there is no such cache.
unsigned lists_of_cache(std::uint64_t block_size) noexcept {
    for (unsigned const lists : {lists_of_small, lists_since_2_42}) {
        // A block has up to 15 bytes more than was asked for, or 31 where its chunk was not split,
        // because too little would be left.
        if (block_size - lists * 10 < 32) {
            return lists;
        }
    }
    return 0;
}

address list_of_cache(address cache, unsigned lists, unsigned index) noexcept {
    return cache + lists * 2 + index * 8;
}

// The caches' address is a thread-local variable of libc, at the same distance from each thread's
// control block; libc's variables are behind those of the program and of libraries loaded earlier.
constexpr std::uint64_t most_thread_storage = 256 << 10;
constexpr std::size_t most_searched_threads = 16;

}  // namespace

std::optional<std::size_t> free_chunks::block_at(address begin) const {
    auto const found =
        std::lower_bound(blocks_.begin(), blocks_.end(), begin,
                         [](heap_block const& each, address at) { return each.begin < at; });
    if (found == blocks_.end() || found->begin != begin) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - blocks_.begin());
}

// Links point to blocks in caches, to chunks in fast bins, which are `offset` bytes before. Since
// glibc 2.32 they are mixed with the address where they are (safe-linking).
address free_chunks::next_in_list(address block, std::uint64_t offset) {
    std::uint64_t const link = in_.word(block);
    for (std::uint64_t const next : {link ^ (block >> 12), link}) {
        if (next == 0) {
            return 0;
        }
        if (block_at(next + offset)) {
            return next + offset;
        }
    }
    damaged_ = true;
    return 0;
}

void free_chunks::add_list(address block, std::uint64_t offset) {
    while (block != 0) {
        auto const found = block_at(block);
        if (!found || freed_[*found]) {  // a list that leads back would never end
            damaged_ = true;
            return;
        }
        freed_[*found] = true;
        block = next_in_list(block, offset);
    }
}

void free_chunks::add_fast_bins(arena const& of) {
    for (unsigned i = 0; i != arena::fast_bins; ++i) {
        address const chunk = in_.word(of.fast_bin(i));
        if (chunk != 0) {
            add_list(chunk + chunk_header, chunk_header);
        }
    }
}

free_chunks::cache free_chunks::cache_at(address at) const {
    cache result;
    auto const block = block_at(at);
    unsigned const lists = block ? lists_of_cache(blocks_[*block].size) : 0;
    std::optional<unsigned> number_if_empty;
    if (lists == lists_of_small) {
        number_if_empty = 0;
    }
    for (unsigned i = 0; i != lists; ++i) {
        address const first = in_.word(list_of_cache(at, lists, i));
        if (first == 0) {
            unsigned const number = in_.read<std::uint16_t>(at + i * 2).value_or(0);
            number_if_empty = number_if_empty.value_or(number);
            // It is changed after the list: a thread may have been stopped in between.
            if (std::max(number, *number_if_empty) - std::min(number, *number_if_empty) > 1) {
                return result;
            }
            continue;
        }
        auto const cached = block_at(first);
        std::uint64_t const size = smallest_chunk - 8 + 16 * i;
        if (!cached ||
            (i < lists_of_small ? blocks_[*cached].size != size : blocks_[*cached].size < size)) {
            return result;
        }
        result.is_empty = false;
    }
    result.lists = lists;
    return result;
}

// Returns: how far before a thread's control block the address of its cache is: where most threads
//   have one, and those that are not empty prove more than zeros.
std::optional<std::uint64_t> free_chunks::place_of_caches(std::span<thread const> threads) const {
    std::map<std::uint64_t, std::pair<unsigned, unsigned>> votes;
    for (thread const& each : threads.first(std::min(threads.size(), most_searched_threads))) {
        region const* const around = in_.region_around(each.thread_pointer);
        if (around == nullptr) {
            continue;
        }
        std::uint64_t const end =
            std::min(each.thread_pointer - around->begin, most_thread_storage) / 8 * 8;
        for (std::uint64_t distance = 8; distance <= end; distance += 8) {
            std::uint64_t const word = in_.word(each.thread_pointer - distance);
            if (cache const found = word == 0 ? cache{} : cache_at(word); found.lists != 0) {
                votes[distance].first += !found.is_empty;
                votes[distance].second += 1;
            }
        }
    }
    auto const best =
        std::max_element(votes.begin(), votes.end(),
                         [](auto const& a, auto const& b) { return a.second < b.second; });
    return best == votes.end() ? std::nullopt : std::optional(best->first);
}

void free_chunks::add_caches(std::span<thread const> threads) {
    auto const distance = place_of_caches(threads);
    for (thread const& each : threads) {
        if (distance && each.thread_pointer > *distance) {
            add_cache(in_.word(each.thread_pointer - *distance));
        }
    }
}

void free_chunks::add_cache(address at) {
    unsigned const lists = cache_at(at).lists;
    if (lists == 0) {
        return;  // the thread has none: it has not allocated or freed yet, or is ending
    }
    for (unsigned i = 0; i != lists; ++i) {
        add_list(in_.word(list_of_cache(at, lists, i)), 0);
    }
    freed_[*block_at(at)] = true;
}

std::vector<heap_block> free_chunks::live() const {
    std::vector<heap_block> blocks;
    for (std::size_t i = 0; i != blocks_.size(); ++i) {
        if (!freed_[i]) {
            blocks.push_back(blocks_[i]);
        }
    }
    return blocks;
}

}  // namespace handrail::inspect
