// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// boost::shared_ptr, 64 bits: control blocks {vptr, int use, int weak, T* object, deleter}; weak is
// one more while there is an object. make_shared has the object in its deleter, sp_ms_deleter.
// boost::intrusive_ptr is a pointer; where its count is, only the class knows.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

constexpr std::uint64_t object_pointer = 16;
constexpr std::uint64_t made_with_it = 32;

bool is_boost(type const& of, std::string_view start) { return of.name().starts_with(start); }
bool is_boost_shared(type const& of) { return is_boost(of, "boost::shared_ptr<"); }
bool is_boost_weak(type const& of) { return is_boost(of, "boost::weak_ptr<"); }
bool is_boost_intrusive(type const& of) { return is_boost(of, "boost::intrusive_ptr<"); }

void apply_shared(recognition& look, reference& through, place const& from) {
    look.set_strength(through, from.within == 8 ? strength::strong : strength::raw);
    if (from.within == 0) {
        set_pointee(look, through, from.what.template_argument(0), false);
    }
}

void apply_weak(recognition& look, reference& through, place const&) {
    look.set_strength(through, strength::weak);
}

void apply_intrusive(recognition& look, reference& through, place const& from) {
    look.set_strength(through, strength::strong);
    set_pointee(look, through, from.what.template_argument(0), false);
}

}  // namespace

bool recognise_boost_control_block(recognition& look, node_id at) {
    class_facts const& of = look.class_of(at);
    if (!of.name.starts_with("boost::detail::sp_counted_impl_p")) {
        return false;
    }
    address const begin = look.begin_of(at);
    address object = look.word(begin + object_pointer);
    if (object == 0 && of.name.find("sp_ms_deleter<") != of.name.npos) {
        object = begin + made_with_it;
    }
    std::string_view name = template_argument_text(of.name, 0);
    name.remove_suffix(name.ends_with('*') ? 1 : 0);
    type what = of.what ? of.what.template_argument(0) : type();
    what = what.kind() == type_kind::pointer ? what.target() : what;
    node_id const in = look.graph.node_around(object);
    std::uint32_t const strong = look.half_word(begin + 8);
    std::uint32_t const weak = look.half_word(begin + 12) - (strong != 0 ? 1 : 0);
    bool const together = in == at;
    std::uint64_t const offset = in == no_node ? 0 : object - look.begin_of(in);
    look.set(at, node_kind::control_block, together ? look.fitting(what, at, offset) : type(),
             together ? offset : 0, name);
    look.set_strength(begin + object_pointer, together ? strength::weak : strength::strong);
    if (!together && in < look.graph.heap_count()) {
        recognise_class(look, in);
        look.set(in, node_kind::object, look.fitting(what, in, offset), offset, name);
    }
    look.counts.push_back({at, in, strong, weak});
    return true;
}

place_rule const boost_shared_rule{is_boost_shared, apply_shared};
place_rule const boost_weak_rule{is_boost_weak, apply_weak};
place_rule const boost_intrusive_rule{is_boost_intrusive, apply_intrusive};

}  // namespace handrail::inspect
