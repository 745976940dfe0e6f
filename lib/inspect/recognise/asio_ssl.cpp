// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The verify callback of a TLS stream of Asio, 64 bits. The stream's engine owns the SSL, and the
// callback that is the first of its application's data.
//
//   engine   {SSL, BIO outside the SSL}
//   SSL      {version, method, …, pointer to a stack somewhere}
//   stack    {int size, pointer to elements, …}
//   BIO      {context, method, …}

#include "lib/inspect/recognise/recognisers.hpp"

#include <algorithm>

namespace handrail::inspect {

namespace {

constexpr std::string_view name_of_ssl = "SSL of OpenSSL";
constexpr std::uint64_t method_offset = 8;
constexpr std::uint64_t elements_offset = 8;
constexpr std::uint64_t bio_offset = 8;

bool is_engine(type const& of) { return is_asio_class(of.name(), "asio::ssl::detail::engine"); }

void apply_engine(recognition& look, reference& through, place const&) {
    look.set_strength(through, strength::strong);
}

bool is_verify_callback(recognition const& look, node_id at) {
    return look.class_of(at).name.find("asio::ssl::detail::verify_callback<") !=
           std::string_view::npos;
}

// Returns: the elements of the stack if the first of them is a callback; otherwise no_node.
node_id elements_with_callback(recognition const& look, node_id stack) {
    address const begin = look.begin_of(stack);
    node_id const elements = look.graph.block_at(look.word(begin + elements_offset));
    std::uint32_t const size = look.half_word(begin);
    if (elements == no_node || size == 0 || size > look.graph.nodes[elements].size / 8) {
        return no_node;
    }
    node_id const first = look.graph.block_at(look.word(look.begin_of(elements)));
    return first != no_node && is_verify_callback(look, first) ? elements : no_node;
}

void set_data(recognition& look, reference& through, node_id elements) {
    look.set_strength(through, strength::strong);
    look.set_strength(look.begin_of(through.to) + elements_offset, strength::strong);
    look.set_strength(look.begin_of(elements), strength::strong);
    for (node_id const each : {through.to, elements}) {
        look.set(each, node_kind::elements, {}, 0, "data of an SSL");
    }
}

// What belongs to the SSL points back to it.
void read_parts(recognition& look, node_id ssl) {
    for (reference const& part : look.graph.of(ssl)) {
        for (reference& each : look.graph.of(part.to)) {
            if (each.to == ssl) {
                look.set_strength(each, strength::weak);
            }
        }
    }
}

bool is_bio(recognition const& look, node_id at) {
    return at != no_node && look.is_module_data(look.word(look.begin_of(at) + method_offset));
}

bool leads_to(recognition const& look, node_id from, node_id to) {
    auto const all = look.graph.of(from);
    return std::any_of(all.begin(), all.end(),
                       [to](reference const& each) { return each.to == to; });
}

}  // namespace

bool recognise_ssl(recognition& look, node_id at) {
    constexpr std::uint64_t smallest = 1024;
    if (look.graph.nodes[at].size < smallest ||
        !look.is_module_data(look.word(look.begin_of(at) + method_offset))) {
        return false;
    }
    for (reference& each : look.graph.of(at)) {
        node_id const elements =
            each.target_offset == 0 ? elements_with_callback(look, each.to) : no_node;
        if (elements != no_node) {
            set_data(look, each, elements);
            read_parts(look, at);
            return look.set(at, node_kind::object, {}, 0, name_of_ssl);
        }
    }
    return false;
}

// The BIO behind the pointer is the engine's alone: the SSL has the other one of the pair.
bool recognise_engine_by_words(recognition& look, reference& through) {
    node const& to = look.graph.nodes[through.to];
    if (through.target_offset != 0 || to.name != name_of_ssl ||
        through.offset + bio_offset + 8 > look.graph.nodes[through.from].size) {
        return false;
    }
    address const bio = look.word(look.begin_of(through.from) + through.offset + bio_offset);
    node_id const at = look.graph.block_at(bio);
    if (!is_bio(look, at) || leads_to(look, through.to, at)) {
        return false;
    }
    look.set_strength(through, strength::strong);
    return true;
}

place_rule const ssl_engine_rule{is_engine, apply_engine};

}  // namespace handrail::inspect
