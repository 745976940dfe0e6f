// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Ordered containers of libstdc++ whose type is not known, by their words, 64 bits:
//
//   container   {…, int colour, root, leftmost, rightmost, size}   the header begins at the colour
//   node        {int colour, parent, two children, element}
//
// Each node's parent points back to it, the root's to the header, and there are as many nodes as
// the size says.

#include "lib/inspect/recognise/recognisers.hpp"

#include <utility>
#include <vector>

namespace handrail::inspect {

namespace {

constexpr std::uint64_t parent = 8;
constexpr std::uint64_t first_child = 16;
constexpr std::uint64_t second_child = 24;
constexpr std::uint64_t number_of_nodes = 32;
constexpr std::uint64_t value_offset = 32;

// Returns: the nodes of the tree; empty if the words are not those of one.
std::vector<node_id> nodes_of(recognition const& look, address header) {
    std::uint64_t const size = look.word(header + number_of_nodes);
    if (look.half_word(header) != 0 || size > look.graph.heap_count() || size > max_list) {
        return {};
    }
    std::vector<node_id> found;
    std::vector<std::pair<address, address>> left{{look.word(header + parent), header}};
    while (!left.empty()) {
        auto const [at, above] = left.back();
        left.pop_back();
        if (at == 0) {
            continue;
        }
        node_id const block = look.graph.block_at(at);
        if (block == no_node || found.size() == size || look.word(at + parent) != above ||
            look.half_word(at) > 1) {
            return {};
        }
        found.push_back(block);
        left.emplace_back(look.word(at + first_child), at);
        left.emplace_back(look.word(at + second_child), at);
    }
    return found.size() == size ? found : std::vector<node_id>();
}

}  // namespace

bool recognise_tree_by_words(recognition& look, reference& through) {
    address const header = look.begin_of(through.from) + through.offset - parent;
    if (through.offset < parent || through.target_offset != 0 ||
        through.offset + number_of_nodes > look.graph.nodes[through.from].size) {
        return false;
    }
    std::vector<node_id> const nodes = nodes_of(look, header);
    if (nodes.empty()) {
        return false;
    }
    look.set_strength(through, strength::strong);
    look.set_strength(header + first_child, strength::weak);
    look.set_strength(header + second_child, strength::weak);
    for (node_id const each : nodes) {
        address const begin = look.begin_of(each);
        look.set(each, node_kind::container_node, {}, value_offset, "");
        look.set_strength(begin + parent, strength::weak);
        look.set_strength(begin + first_child, strength::strong);
        look.set_strength(begin + second_child, strength::strong);
    }
    return true;
}

}  // namespace handrail::inspect
