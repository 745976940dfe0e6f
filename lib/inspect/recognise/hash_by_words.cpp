// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Unordered containers of libstdc++ whose type is not known, by their words, 64 bits:
//
//   header   {buckets, their number, first node, size, float largest load, …, the only bucket}
//   node     {next, element}
//
// One of the buckets points back to the header's first node; the list has as many nodes as the size
// says.

#include "lib/inspect/recognise/recognisers.hpp"

#include <cstring>

namespace handrail::inspect {

namespace {

constexpr std::uint64_t number_of_buckets = 8;
constexpr std::uint64_t first_node = 16;
constexpr std::uint64_t number_of_nodes = 24;
constexpr std::uint64_t largest_load = 32;
constexpr std::uint64_t only_bucket = 48;
constexpr std::uint64_t size_of_header = 56;
constexpr std::uint64_t value_offset = 8;

bool has_load(recognition const& look, address header) {
    std::uint32_t const bits = look.half_word(header + largest_load);
    float load;
    std::memcpy(&load, &bits, sizeof load);
    return load > 0.01F && load < 1000.0F;
}

bool has_list(recognition const& look, address header) {
    std::uint64_t const size = look.word(header + number_of_nodes);
    if (size == 0 || size > look.graph.heap_count() || size > max_list) {
        return false;
    }
    address at = look.word(header + first_node);
    for (std::uint64_t n = 0; n != size; ++n) {
        if (look.graph.block_at(at) == no_node) {
            return false;
        }
        at = look.word(at);
    }
    return at == 0;
}

bool has_buckets(recognition const& look, address header) {
    std::uint64_t const number = look.word(header + number_of_buckets);
    address const buckets = look.word(header);
    if (number == 1) {
        return buckets == header + only_bucket && look.word(buckets) == header + first_node;
    }
    node_id const at = look.graph.block_at(buckets);
    if (at == no_node || number > look.graph.nodes[at].size / 8) {
        return false;
    }
    for (std::uint64_t n = 0; n != number; ++n) {
        if (look.word(buckets + n * 8) == header + first_node) {
            return true;
        }
    }
    return false;
}

void set_buckets(recognition& look, reference& through) {
    if (through.to == through.from) {
        look.set_strength(through, strength::weak);
        return;
    }
    look.set_strength(through, strength::strong);
    look.set(through.to, node_kind::elements, {}, 0, "buckets");
    for (reference& bucket : look.graph.of(through.to)) {
        look.set_strength(bucket, strength::weak);
    }
}

void set_nodes(recognition& look, address link) {
    for (address at = look.word(link); at != 0; at = look.word(at)) {
        look.set_strength(link, strength::strong);
        look.set(look.graph.block_at(at), node_kind::container_node, {}, value_offset, "");
        link = at;
    }
}

}  // namespace

bool recognise_hash_by_words(recognition& look, reference& through) {
    address const header = look.begin_of(through.from) + through.offset;
    if (through.offset + size_of_header > look.graph.nodes[through.from].size ||
        !has_load(look, header) || !has_list(look, header) || !has_buckets(look, header)) {
        return false;
    }
    set_buckets(look, through);
    set_nodes(look, header + first_node);
    return true;
}

}  // namespace handrail::inspect
