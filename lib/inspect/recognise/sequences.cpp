// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::vector and std::deque of libstdc++. Words behind the last element, or before the first, are
// left over from earlier elements.
//
//   vector  {begin, end, end of capacity}
//   deque   {map, its size, first{cur, first, last, node}, last{cur, first, last, node}}

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

bool is_vector(type const& of) { return is_std_of_size(of, "vector", 24); }
bool is_deque(type const& of) { return is_std_of_size(of, "deque", 80); }

void set_elements(recognition& look, node_id block, type const& element) {
    look.set(block, node_kind::elements, look.fitting(element, block, 0), 0, element.name());
}

// Effects: makes the words of the block weak that are outside [begin, end).
void forget_outside(recognition& look, node_id block, address begin, address end) {
    for (reference& each : look.graph.of(block)) {
        address const at = look.begin_of(block) + each.offset;
        if (at < begin || at >= end) {
            look.set_strength(each, strength::weak);
        }
    }
}

void apply_vector(recognition& look, reference& through, place const& from) {
    if (from.within != 0) {
        look.set_strength(through, strength::weak);
        return;
    }
    look.set_strength(through, strength::strong);
    address const at = look.begin_of(through.from) + through.offset;
    address const begin = look.word(at);
    address const end = look.word(at + 8);
    type const element = from.what.template_argument(0);
    if (through.target_offset == 0 && element && begin <= end) {
        set_elements(look, through.to, element);
        forget_outside(look, through.to, begin, end);
    }
}

struct deque_words {
    address first, first_node, last, last_node;
};

void set_chunk(recognition& look, reference& slot, deque_words const& words, type const& element) {
    address const at = look.begin_of(slot.from) + slot.offset;
    if (at < words.first_node || at > words.last_node || slot.target_offset != 0) {
        look.set_strength(slot, strength::weak);
        return;
    }
    look.set_strength(slot, strength::strong);
    set_elements(look, slot.to, element);
    node const& chunk = look.graph.nodes[slot.to];
    forget_outside(look, slot.to, at == words.first_node ? words.first : chunk.begin,
                   at == words.last_node ? words.last : chunk.end());
}

void apply_deque(recognition& look, reference& through, place const& from) {
    if (from.within != 0) {
        look.set_strength(through, strength::weak);
        return;
    }
    look.set_strength(through, strength::strong);
    address const at = look.begin_of(through.from) + through.offset;
    type const element = from.what.template_argument(0);
    if (through.target_offset != 0 || !element ||
        !look.set(through.to, node_kind::elements, {}, 0, "map of a deque")) {
        return;
    }
    deque_words const words{look.word(at + 16), look.word(at + 40), look.word(at + 48),
                            look.word(at + 72)};
    for (reference& slot : look.graph.of(through.to)) {
        set_chunk(look, slot, words, element);
    }
}

}  // namespace

place_rule const vector_rule{is_vector, apply_vector};
place_rule const deque_rule{is_deque, apply_deque};

}  // namespace handrail::inspect
