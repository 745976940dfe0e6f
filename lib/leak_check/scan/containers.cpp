// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/containers.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"

#include <algorithm>
#include <iterator>

namespace handrail::leak_check {

namespace {

using recogniser = bool (*)(window const& words, container_blocks& blocks);

// The object: the map, which is an array of pointers to chunks, and its size; then two iterators,
// to the first element and past the last: the element, its chunk's begin and end, and the chunk's
// address in the map.
bool recognise_deque(window const& words, container_blocks& blocks) {
    std::uintptr_t const map = words[0], map_size = words[1] * word_size;
    std::uintptr_t const first = words[5], last = words[9];
    bool const fits = first - map < map_size && last - map < map_size && first <= last &&
                      first % word_size == 0 && last % word_size == 0;
    if (!fits || map_size > blocks.new_block(map) || heap_blocks::read_word(first) != words[3] ||
        heap_blocks::read_word(last) != words[7]) {
        return false;
    }
    blocks.add(map, map, map);  // no part of it is an element
    for (std::uintptr_t at = first; at <= last; at += word_size) {
        std::uintptr_t const chunk = heap_blocks::read_word(at);
        std::size_t const size = blocks.new_block(chunk);
        if (size == 0) {
            continue;
        }
        // Other words may look like a deque, so they lead no further than to the chunk's end.
        std::uintptr_t const limit = chunk + size;
        std::uintptr_t const begin = at == first ? std::clamp(words[2], chunk, limit) : chunk;
        std::uintptr_t const end = at == last ? std::clamp(words[6], chunk, limit) : limit;
        blocks.add(chunk, begin, std::max(begin, end));
    }
    return true;
}

// The object: the begin of the elements, their end, the end of the memory.
bool recognise_vector(window const& words, container_blocks& blocks) {
    std::uintptr_t const begin = words[0], end = words[1], limit = words[2];
    bool const fits = begin <= end && end <= limit && begin != limit;
    if (!fits || limit - begin > blocks.new_block(begin)) {
        return false;
    }
    blocks.add(begin, begin, end);
    return true;
}

// std::unordered_map and its relatives: words[-1] is the number of buckets, words[0] the first node
// of a linked list, words[1] the number of nodes, words[2] the maximal load factor, a float.
bool recognise_hash_table(window const& words, container_blocks& blocks) {
    constexpr std::uint32_t default_load = 0x3f80'0000;  // 1.0
    std::size_t remaining = words[1];
    if (words[-1] == 0 || remaining == 0 || static_cast<std::uint32_t>(words[2]) != default_load) {
        return false;
    }
    std::uintptr_t node = words[0];
    for (; remaining != 0; --remaining) {
        std::size_t const size = blocks.new_block(node);
        if (size == 0) {
            break;
        }
        blocks.add(node, node, node + size);
        node = heap_blocks::read_word(node);
    }
    return true;
}

// In this order: a deque's first words may look like a vector.
constexpr recogniser recognisers[] = {&recognise_deque, &recognise_vector, &recognise_hash_table};

}  // namespace

bool recognise_container(window const& words, container_blocks& blocks) {
    return std::any_of(std::begin(recognisers), std::end(recognisers),
                       [&](recogniser recognise) { return recognise(words, blocks); });
}

}  // namespace handrail::leak_check
