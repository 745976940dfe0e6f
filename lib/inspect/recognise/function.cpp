// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::function of libstdc++: {functor, or pointer to it; manager; invoker}, 16 and 8 and 8 bytes.
// The invoker is a member of _Handler<Signature, Functor>: its debug information has the functor's
// type. Functors that can be copied as bytes and need at most 16 bytes are stored inside.
// std::function of libc++ points to a __func<Functor, …> with virtual functions.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

constexpr std::uint64_t manager_offset = 16;
constexpr std::uint64_t invoker_offset = 24;
constexpr std::uint64_t local_size = 16;

bool is_function(type const& of) { return of.is_std("function"); }
bool is_of_libstdcxx(type const& of) { return member_named(of, "_M_invoker").has_value(); }
bool is_boost_function(type const& of) { return of.name().starts_with("boost::function<"); }

type functor_of(recognition const& look, address begin) {
    type const handler = look.info.class_of_function(look.word(begin + invoker_offset));
    return handler ? handler.template_argument(1) : type();
}

// Whether copying the bytes copies the object: nothing that a recogniser knows is in it.
bool is_plain(type const& of, unsigned depth) {
    switch (of.kind()) {
        case type_kind::base:
        case type_kind::enumeration:
        case type_kind::reference:
        case type_kind::pointer: return true;
        case type_kind::class_type: break;
        default: return false;
    }
    if (depth == 4 || rule_for(of) != nullptr) {
        return false;
    }
    for (member const& each : of.members()) {
        if (!is_plain(each.type, depth + 1)) {
            return false;
        }
    }
    return true;
}

bool is_stored_inside(type const& functor) {
    return functor.size() <= local_size && is_plain(functor, 0);
}

inner_place inside_function(recognition const& look, address begin, place const& from) {
    using state = inner_place::state;
    if (!is_of_libstdcxx(from.what) || from.within >= local_size) {
        return {};
    }
    if (look.word(begin + manager_offset) == 0) {
        return {state::nothing_alive};
    }
    type const functor = functor_of(look, begin);
    return functor && is_stored_inside(functor) ? inner_place{state::object, functor, 0}
                                                : inner_place();
}

std::string name_of_functor(recognition const& look, address invoker) {
    std::string const symbol = look.info.symbol_at(invoker);
    constexpr std::string_view handler = "std::_Function_handler<";
    std::size_t const at = symbol.find(handler);
    std::string_view const functor =
        at == symbol.npos ? "" : template_argument_text(std::string_view(symbol).substr(at), 1);
    return functor.empty() ? "functor called at " + look.info.module_offset(invoker)
                           : std::string(functor);
}

void set_functor(recognition& look, reference& through, address begin) {
    look.set_strength(through, strength::strong);
    if (through.target_offset != 0 || look.is_known(through.to)) {
        return;
    }
    type const functor = look.fitting(functor_of(look, begin), through.to, 0);
    look.set(through.to, node_kind::functor, functor, 0,
             functor ? functor.name() : name_of_functor(look, look.word(begin + invoker_offset)));
}

void apply_function(recognition& look, reference& through, place const& from) {
    if (!is_of_libstdcxx(from.what)) {
        look.set_strength(through, strength::strong);
        return;
    }
    if (from.within == 0) {
        set_functor(look, through, look.begin_of(through.from) + through.offset);
    } else {
        look.set_strength(through, strength::weak);
    }
}

void apply_boost_function(recognition& look, reference& through, place const&) {
    look.set_strength(through, strength::strong);
}

}  // namespace

bool recognise_functor_of_libcxx(recognition& look, node_id at) {
    class_facts const& of = look.class_of(at);
    if (!of.name.starts_with("std::") || of.name.find("__function::__func<") == of.name.npos) {
        return false;
    }
    std::string_view const name = of.name.substr(of.name.find("__func<"));
    type const functor = of.what ? of.what.template_argument(0) : type();
    return look.set(at, node_kind::functor, look.fitting(functor, at, 8), 8,
                    functor ? functor.name() : template_argument_text(name, 0));
}

// Manager and invoker follow the word: code of one module.
bool recognise_functor_by_words(recognition& look, reference& through) {
    address const begin = look.begin_of(through.from) + through.offset;
    node const& in = look.graph.nodes[through.from];
    if (through.target_offset != 0 || through.to == through.from ||
        through.offset + invoker_offset + 8 > in.size) {
        return false;
    }
    address const invoker = look.word(begin + invoker_offset);
    if (!look.is_code(look.word(begin + manager_offset)) || !look.is_code(invoker)) {
        return false;
    }
    std::string_view const symbol = look.function_at(invoker);
    if (!symbol.empty() && symbol.find("_Function_handler") == symbol.npos) {
        return false;
    }
    type const functor = functor_of(look, begin);
    if (functor && is_stored_inside(functor)) {
        return false;
    }
    set_functor(look, through, begin);
    return true;
}

place_rule const function_rule{is_function, apply_function, inside_function};
place_rule const boost_function_rule{is_boost_function, apply_boost_function};

}  // namespace handrail::inspect
