// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::unique_ptr, and std::basic_string of libstdc++: {characters, size, 16 bytes for short ones}.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

bool is_unique_ptr(type const& of) { return is_std_of_size(of, "unique_ptr", 8); }
bool is_string(type const& of) { return is_std_of_size(of, "basic_string", 32); }

void apply_unique(recognition& look, reference& through, place const& from) {
    look.set_strength(through, strength::strong);
    type const pointee = from.what.template_argument(0);
    if (pointee.kind() == type_kind::array) {
        type const element = look.fitting(pointee.target(), through.to, 0);
        look.set(through.to, node_kind::elements, element, 0, element ? element.name() : "");
        return;
    }
    set_pointee(look, through, pointee, false);
}

void apply_string(recognition& look, reference& through, place const& from) {
    bool const is_short = through.to == through.from;
    look.set_strength(through, from.within == 0 && !is_short ? strength::strong : strength::weak);
}

}  // namespace

place_rule const unique_ptr_rule{is_unique_ptr, apply_unique};
place_rule const string_rule{is_string, apply_string};

}  // namespace handrail::inspect
