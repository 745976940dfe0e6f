// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Containers of libstdc++ whose elements are in nodes of their own. What keeps a node is the
// container, or the node before it; other links only serve to walk.
//
//   list           header {next, previous, size}                     node {next, previous, T}
//   forward_list   header {next}                                     node {next, T}
//   map, set       header {…, root at 16, leftmost, …}   node {colour, parent, two children, T}
//   unordered_*    header {buckets, their number, first at 16, …}    node {next, T}

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

bool is_list(type const& of) { return is_std_of_size(of, "list", 24); }
bool is_forward_list(type const& of) { return is_std_of_size(of, "forward_list", 8); }
bool is_tree(type const& of) {
    return of.size() == 48 &&
           (of.is_std("map") || of.is_std("set") || of.is_std("multimap") || of.is_std("multiset"));
}
bool is_hash(type const& of) {
    return of.size() == 56 && (of.is_std("unordered_map") || of.is_std("unordered_set") ||
                               of.is_std("unordered_multimap") || of.is_std("unordered_multiset"));
}

// What all nodes of one container have in common.
struct node_layout {
    type value{};
    std::uint64_t value_offset = 0;
    std::uint64_t first_child = 0;  // offset of the first word that owns another node
    std::uint64_t last_child = 0;
    address header = 0;  // a list's last node points back to it
};

// Returns: whether the node was not known before.
bool set_node(recognition& look, node_id at, node_layout const& how) {
    type const value = look.fitting(how.value, at, how.value_offset);
    if (!look.set(at, node_kind::container_node, value, how.value_offset,
                  how.value ? how.value.name() : "")) {
        return false;
    }
    for (reference& each : look.graph.of(at)) {
        if (each.offset < how.value_offset) {
            bool const owns = how.first_child <= each.offset && each.offset <= how.last_child &&
                              look.word(look.begin_of(at) + each.offset) != how.header;
            look.set_strength(each, owns ? strength::strong : strength::weak);
        }
    }
    return true;
}

// Effects: sets the node that begins there and all that it owns.
void set_nodes(recognition& look, address first, node_layout const& how) {
    std::vector<address> left{first};
    for (unsigned n = 0; !left.empty() && n != max_list; ++n) {
        address const next = left.back();
        left.pop_back();
        node_id const at = look.graph.block_at(next);
        if (at == no_node || next == how.header || !set_node(look, at, how)) {
            continue;
        }
        for (std::uint64_t child = how.first_child; child <= how.last_child; child += 8) {
            left.push_back(look.word(next + child));
        }
    }
}

void apply_header(recognition& look, reference& through, bool owns, node_layout const& how) {
    address const first = look.word(look.begin_of(through.from) + through.offset);
    owns = owns && first != how.header;
    look.set_strength(through, owns ? strength::strong : strength::weak);
    if (owns) {
        set_nodes(look, first, how);
    }
}

address header_of(recognition const& look, reference const& through, place const& from) {
    return look.begin_of(through.from) + through.offset - from.within;
}

void apply_list(recognition& look, reference& through, place const& from) {
    apply_header(look, through, from.within == 0,
                 {from.what.template_argument(0), 16, 0, 0, header_of(look, through, from)});
}

void apply_forward_list(recognition& look, reference& through, place const& from) {
    apply_header(look, through, from.within == 0, {from.what.template_argument(0), 8, 0, 0, 0});
}

// Returns: the type of the elements, the pairs of a map. implementation: the member with the tree
//   or the table, whose second template argument is that type.
type value_of(type const& container, std::string_view implementation) {
    auto const found = member_named(container, implementation);
    return found ? found->type.template_argument(1) : type();
}

void apply_tree(recognition& look, reference& through, place const& from) {
    apply_header(look, through, from.within == 16, {value_of(from.what, "_M_t"), 32, 16, 24, 0});
}

void apply_hash(recognition& look, reference& through, place const& from) {
    if (from.within == 0) {
        look.set_strength(through, strength::strong);
        if (through.target_offset == 0 && through.to != through.from &&
            look.set(through.to, node_kind::elements, {}, 0, "buckets")) {
            for (reference& bucket : look.graph.of(through.to)) {
                look.set_strength(bucket, strength::weak);
            }
        }
        return;
    }
    apply_header(look, through, from.within == 16, {value_of(from.what, "_M_h"), 8, 0, 0, 0});
}

}  // namespace

place_rule const list_rule{is_list, apply_list};
place_rule const forward_list_rule{is_forward_list, apply_forward_list};
place_rule const tree_rule{is_tree, apply_tree};
place_rule const hash_rule{is_hash, apply_hash};

}  // namespace handrail::inspect
