// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Types of libstdc++ that hold one of several things, or nothing.
//
//   std::optional<T>   {T, bool engaged}
//   std::variant<…>    {alternative, index}
//   std::any           {manager, object or pointer to it}

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

using state = inner_place::state;

bool is_optional(type const& of) { return of.is_std("optional"); }
bool is_variant(type const& of) { return of.is_std("variant"); }
bool is_any(type const& of) { return of.is_std("any"); }

inner_place inside_optional(recognition const& look, address begin, place const& from) {
    type const value = from.what.template_argument(0);
    auto const engaged = member_named(from.what, "_M_engaged");
    if (!value || !engaged) {
        return {};
    }
    bool const has_value =
        look.program.memory().read<std::uint8_t>(begin + engaged->offset).value_or(0) != 0;
    return has_value ? inner_place{state::object, value, 0} : inner_place{state::nothing_alive};
}

inner_place inside_variant(recognition const& look, address begin, place const& from) {
    auto const index_member = member_named(from.what, "_M_index");
    if (!index_member) {
        return {};
    }
    address const at = begin + index_member->offset;
    bool const is_byte = index_member->type.size() == 1;
    unsigned const index = is_byte ? look.half_word(at) & 0xff : look.half_word(at) & 0xffff;
    unsigned const valueless = is_byte ? 0xff : 0xffff;
    if (index == valueless) {
        return {state::nothing_alive};
    }
    type const alternative = from.what.template_argument(index);
    return alternative ? inner_place{state::object, alternative, 0} : inner_place();
}

// The manager is a member of _Manager_internal<T> or _Manager_external<T>.
struct any_content {
    type what{};
    bool inside = false;
};

any_content content_of_any(recognition const& look, address begin) {
    type const manager = look.info.class_of_function(look.word(begin));
    if (!manager) {
        return {};
    }
    return {manager.template_argument(0), manager.bare_name().starts_with("_Manager_internal")};
}

inner_place inside_any(recognition const& look, address begin, place const&) {
    if (look.word(begin) == 0) {
        return {state::nothing_alive};
    }
    any_content const content = content_of_any(look, begin);
    return content.inside && content.what ? inner_place{state::object, content.what, 8}
                                          : inner_place();
}

void apply_any(recognition& look, reference& through, place const& from) {
    address const begin = look.begin_of(through.from) + through.offset - from.within;
    any_content const content = content_of_any(look, begin);
    if (content.what && !content.inside) {
        look.set_strength(through, strength::strong);
        set_pointee(look, through, content.what, false);
    }
}

// What the alternative is, is not known, so that the word keeps its strength.
void apply_nothing(recognition&, reference&, place const&) {}

}  // namespace

// Without debug information, the name of the manager says that the any owns what it points to.
bool recognise_any_by_words(recognition& look, reference& through) {
    address const word = look.begin_of(through.from) + through.offset;
    if (through.offset < 8 || through.target_offset != 0 || through.to == through.from ||
        look.function_at(look.word(word - 8)).find("3any17_Manager_externalI") ==
            std::string_view::npos) {
        return false;
    }
    look.set_strength(through, strength::strong);
    return true;
}

place_rule const optional_rule{is_optional, apply_nothing, inside_optional};
place_rule const variant_rule{is_variant, apply_nothing, inside_variant};
place_rule const any_rule{is_any, apply_any, inside_any};

}  // namespace handrail::inspect
