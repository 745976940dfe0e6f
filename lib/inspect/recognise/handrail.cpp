// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// handrail's own objects, by the types of what points to them, 64 bits.
//
//   object_header   {strong count and others, weak count, operations, chain}   weak: one more while
//                   there is an object, which follows
//   shared, weak    {header, object}, {header with a tag, object}
//   chain           {first record, with tags}
//   record          {next, operations, …}; the first operation, invoke, is a member of its class

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

constexpr std::uint64_t size_of_header = 32;
constexpr std::uint64_t chain_in_header = 24;

bool is_shared(type const& of) { return of.name().starts_with("handrail::shared<"); }
bool is_weak(type const& of) { return of.name().starts_with("handrail::weak<"); }
bool is_edge(type const& of) { return of.name().starts_with("handrail::edge<"); }
bool is_chain(type const& of) { return of.name() == "handrail::detail::chain"; }

void set_record(recognition& look, address word) {
    for (unsigned n = 0; n != max_list; ++n) {
        constexpr std::uint64_t tags = 7;
        address const begin = look.word(word) & address_bits & ~tags;
        node_id const at = look.graph.block_at(begin);
        if (at == no_node) {
            return;
        }
        address const invoke = look.word(look.word(begin + 8));
        type const what = look.is_code(invoke) ? look.info.class_of_function(invoke) : type();
        look.set_strength(word, strength::strong);
        if (!what || !look.set(at, node_kind::functor, look.fitting(what, at, 0), 0, "cleanup")) {
            return;
        }
        word = begin;
    }
}

void set_object(recognition& look, reference const& through, type const& of) {
    if (through.target_offset != 0) {
        return;
    }
    address const begin = look.begin_of(through.to);
    type const object = look.fitting(of, through.to, size_of_header);
    if (!look.set(through.to, node_kind::control_block, object, size_of_header, of.name())) {
        return;
    }
    auto const strong = static_cast<std::uint32_t>(look.word(begin));
    auto const weak = static_cast<std::uint32_t>(look.word(begin + 8));
    look.counts.push_back({through.to, through.to, strong, weak - (strong != 0 ? 1 : 0)});
    set_record(look, begin + chain_in_header);
}

void apply_counted(recognition& look, reference& through, place const& from, strength is) {
    bool const is_header = from.within == 0;
    look.set_strength(through, is_header ? is : is == strength::weak ? is : strength::raw);
    if (is_header && is == strength::strong) {
        set_object(look, through, from.what.template_argument(0));
    }
}

void apply_shared(recognition& look, reference& through, place const& from) {
    apply_counted(look, through, from, strength::strong);
}
void apply_weak(recognition& look, reference& through, place const& from) {
    apply_counted(look, through, from, strength::weak);
}
void apply_chain(recognition& look, reference& through, place const&) {
    set_record(look, look.begin_of(through.from) + through.offset);
}

}  // namespace

place_rule const handrail_shared_rule{is_shared, apply_shared};
place_rule const handrail_edge_rule{is_edge, apply_shared};
place_rule const handrail_weak_rule{is_weak, apply_weak};
place_rule const handrail_chain_rule{is_chain, apply_chain};

}  // namespace handrail::inspect
