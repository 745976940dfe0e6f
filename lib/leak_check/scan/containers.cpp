// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What tells that a pointer owns the block it points to: the structure of libstdc++'s containers
// and callables, as their words show it.

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/memory/window.hpp"
#include "lib/leak_check/scan/scanner.hpp"

#include <algorithm>

namespace handrail::leak_check {

namespace {

bool owns(registration_entry const& r, std::uintptr_t block) noexcept {
    return std::find(r.own.begin(), r.own.end(), reinterpret_cast<void const*>(block)) !=
           r.own.end();
}

}  // namespace

bool scanner::is_unvisited_block(std::uintptr_t begin, std::size_t& size) {
    size = index_.find_heap_block(begin);
    address_entry const* const known = index_.find(begin);
    return size != 0 && (known == nullptr || known->kind == address_kind::handle);
}

// begin, end of the elements, end of the memory.
bool scanner::recognise_vector(window const& words, word_range const& memory) {
    std::size_t size = 0;
    std::uintptr_t const begin = words[0], end = words[1], limit = words[2];
    return begin <= end && end <= limit && begin != limit && is_unvisited_block(begin, size) &&
           limit - begin <= size &&
           add_block(ownership::proven, begin, begin, end, words.offset(), memory);
}

// The map of chunks and its size; then, for the first element and the one past the last, the
// element, its chunk's begin and end, and the chunk's place in the map.
bool scanner::recognise_deque(window const& words, word_range const& memory) {
    std::size_t size = 0;
    std::uintptr_t const map = words[0], map_size = words[1] * word_size;
    std::uintptr_t const first = words[5], last = words[9];
    bool const fits = first - map < map_size && last - map < map_size && first <= last &&
                      first % word_size == 0 && last % word_size == 0;
    if (!fits || !is_unvisited_block(map, size) || map_size > size ||
        heap_blocks::read_word(first) != words[3] || heap_blocks::read_word(last) != words[7]) {
        return false;
    }
    add_block(ownership::proven, map, map, map, words.offset(), memory);
    for (std::uintptr_t at = first; at <= last; at += word_size) {
        std::uintptr_t const chunk = heap_blocks::read_word(at);
        if (!is_unvisited_block(chunk, size)) {
            continue;
        }
        std::uintptr_t const begin = at == first ? words[2] : chunk;
        std::uintptr_t const end = at == last ? words[6] : chunk + size;
        add_block(ownership::proven, chunk, begin, std::max(begin, end), words.offset(), memory);
    }
    return true;
}

// A node of std::list, std::map and their kin points back, with its second word, to the node or
// header that points to it with one of the first four.
//
// std::function is a functor, or a pointer to it, and two pointers to code, std::any one to code
// and the value or a pointer to it. An empty std::function has lost the pointers to code, but not
// always the first one. The frame of a coroutine begins with two pointers to code.
//
// What the copy of a payload has one of its own of, is the payload's.
ownership scanner::ownership_of(window const& words) const noexcept {
    if (registration_ != nullptr && owns(*registration_, words[0])) {
        return ownership::proven;
    }
    std::uintptr_t const back = words.address() - heap_blocks::read_word(words[0] + word_size);
    if (back <= 3 * word_size && back % word_size == 0) {
        return ownership::proven;
    }
    bool const function = index_.is_code(words[2]) && index_.is_code(words[3]);
    bool const empty_function = words.has(4) && words[2] == 0 && words[3] == 0;
    bool const any = index_.is_code(words[-1]);
    bool const coroutine = index_.is_code(heap_blocks::read_word(words[0])) &&
                           index_.is_code(heap_blocks::read_word(words[0] + word_size));
    if (function || any || coroutine) {
        return ownership::likely;
    }
    return registration_ != nullptr || empty_function ? ownership::doubtful : ownership::likely;
}

// Of a std::unordered_map and its kin: the number of buckets, the first of the nodes, which are
// linked, how many they are, and, as a float, the largest load.
bool scanner::recognise_hash_table(window const& words, word_range const& memory) {
    constexpr std::uint32_t usual_load = 0x3f80'0000;  // 1.0
    std::size_t left = words[1];
    if (words[-1] == 0 || left == 0 || static_cast<std::uint32_t>(words[2]) != usual_load) {
        return false;
    }
    std::size_t size = 0;
    for (std::uintptr_t at = words[0]; left-- != 0 && is_unvisited_block(at, size);) {
        add_block(ownership::proven, at, at, at + size, words.offset(), memory);
        at = heap_blocks::read_word(at);
    }
    return true;
}

}  // namespace handrail::leak_check
