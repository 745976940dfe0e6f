// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::deque of libstdc++ whose type is not known, by its words, 64 bits:
//
//   {map, its size, first{cur, first, last, node}, last{cur, first, last, node}}
//
// Both iterators point into blocks of equal size, and the map has these blocks at their nodes.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

constexpr std::uint64_t size_of_deque = 80;

struct iterator {
    address current, first, last, node;

    bool is_valid(recognition const& look, node_id map) const {
        node_id const chunk = look.graph.block_at(first);
        return chunk != no_node && first <= current && current < last &&
               last - first <= look.graph.nodes[chunk].size &&
               look.graph.node_around(node) == map && look.word(node) == first;
    }
};

iterator iterator_at(recognition const& look, address at) {
    return {look.word(at), look.word(at + 8), look.word(at + 16), look.word(at + 24)};
}

struct deque_words {
    iterator first, last;

    bool are_valid(recognition const& look, node_id map, std::uint64_t size_of_map) const {
        return map != no_node && size_of_map != 0 &&
               size_of_map <= look.graph.nodes[map].size / 8 && first.is_valid(look, map) &&
               last.is_valid(look, map) && first.node <= last.node &&
               (first.node != last.node || first.current <= last.current) &&
               first.last - first.first == last.last - last.first;
    }
};

// Words before the first element and behind the last are left over.
void read_chunk(recognition& look, reference& slot, deque_words const& words) {
    address const at = look.begin_of(slot.from) + slot.offset;
    if (at < words.first.node || at > words.last.node || slot.target_offset != 0) {
        look.set_strength(slot, strength::weak);
        return;
    }
    look.set_strength(slot, strength::strong);
    look.set(slot.to, node_kind::elements, {}, 0, "");
    for (reference& each : look.graph.of(slot.to)) {
        address const word = look.begin_of(slot.to) + each.offset;
        if ((at == words.first.node && word < words.first.current) ||
            (at == words.last.node && word >= words.last.current)) {
            look.set_strength(each, strength::weak);
        }
    }
}

}  // namespace

bool recognise_deque_by_words(recognition& look, reference& through) {
    address const begin = look.begin_of(through.from) + through.offset;
    if (through.target_offset != 0 || through.to == through.from ||
        through.offset + size_of_deque > look.graph.nodes[through.from].size) {
        return false;
    }
    deque_words const words{iterator_at(look, begin + 16), iterator_at(look, begin + 48)};
    if (!words.are_valid(look, through.to, look.word(begin + 8))) {
        return false;
    }
    look.set_strength(through, strength::strong);
    for (std::uint64_t offset = 16; offset != size_of_deque; offset += 8) {
        look.set_strength(begin + offset, strength::weak);
    }
    look.set(through.to, node_kind::elements, {}, 0, "map of a deque");
    for (reference& slot : look.graph.of(through.to)) {
        read_chunk(look, slot, words);
    }
    return true;
}

}  // namespace handrail::inspect
