// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::shared_ptr of libstdc++ and libc++.
//
//   libstdc++, 64 bits   {vptr, int use, int weak, …}    weak: one more while there is an object
//   libc++               {vptr, long use, long weak, …}  use: one less than it says
//
// A pointer is {object, control block}.

#include "lib/inspect/recognise/recognisers.hpp"

#include <algorithm>

namespace handrail::inspect {

namespace {

constexpr std::uint64_t pointer_to_control = 8;

// Sets an object in a block of its own; the counts are in another.
node_id set_separate_object(recognition& look, node_id control, std::uint64_t pointer_at, type what,
                            std::string_view name) {
    address const object = look.word(look.begin_of(control) + pointer_at);
    node_id const to = look.graph.node_around(object);
    if (to == no_node || to == control || to >= look.graph.heap_count()) {
        return no_node;
    }
    look.set_strength(look.begin_of(control) + pointer_at, strength::strong);
    std::uint64_t const offset = object - look.begin_of(to);
    if (offset == 0) {
        recognise_class(look, to);  // of a derived class, perhaps
    }
    look.set(to, node_kind::object, look.fitting(what, to, offset), offset, name);
    return to;
}

std::string_view without_pointer(std::string_view name) {
    name.remove_suffix(name.ends_with('*') ? 1 : 0);
    return name;
}

struct layout {
    bool in_place = false;      // the object lies in the control block
    std::uint64_t at = 16;      // of the object, or of the pointer to it
    std::string_view member{};  // what lies there, if the type is known
};

void set_control_block(recognition& look, node_id at, layout const& how, counted counts) {
    class_facts const& of = look.class_of(at);
    std::string_view const name = without_pointer(template_argument_text(of.name, 0));
    type object = of.what ? of.what.template_argument(0) : type();
    if (object.kind() == type_kind::pointer) {
        object = object.target();
    }
    auto const found = of.what ? member_named(of.what, how.member) : std::nullopt;
    std::uint64_t const offset = found ? found->offset : how.at;
    counts.control = at;
    if (how.in_place) {
        counts.object = at;
        look.set(at, node_kind::control_block, look.fitting(object, at, offset), offset, name);
    } else {
        look.set(at, node_kind::control_block, {}, 0, name);
        counts.object = set_separate_object(look, at, offset, object, name);
    }
    look.counts.push_back(counts);
}

// Whether a class of the library is meant, whatever inline namespace it is in.
bool is_std_class(std::string_view name, std::string_view unqualified) {
    constexpr std::string_view prefix = "std::";
    if (!name.starts_with(prefix)) {
        return false;
    }
    std::string_view const head = name.substr(0, name.find('<'));
    return head.substr(head.rfind("::") + 2) == unqualified;
}

bool recognise_libstdcxx(recognition& look, node_id at, std::string_view name) {
    address const begin = look.begin_of(at);
    counted counts;
    counts.strong = look.half_word(begin + 8);
    counts.weak = look.half_word(begin + 12) - (counts.strong != 0 ? 1 : 0);
    if (is_std_class(name, "_Sp_counted_ptr_inplace")) {
        set_control_block(look, at, {true, 16, "_M_storage"}, counts);
    } else if (is_std_class(name, "_Sp_counted_ptr") || is_std_class(name, "_Sp_counted_deleter")) {
        set_control_block(look, at, {false, 16, "_M_ptr"}, counts);
    } else {
        return false;
    }
    return true;
}

bool recognise_libcxx(recognition& look, node_id at, std::string_view name) {
    address const begin = look.begin_of(at);
    counted counts;
    counts.strong = static_cast<std::uint32_t>(look.word(begin + 8) + 1);
    counts.weak = static_cast<std::uint32_t>(look.word(begin + 16) + (counts.strong != 0 ? 0 : 1));
    if (is_std_class(name, "__shared_ptr_emplace")) {
        set_control_block(look, at, {true, 24, "__storage_"}, counts);
    } else if (is_std_class(name, "__shared_ptr_pointer")) {
        set_control_block(look, at, {false, 24, "__data_"}, counts);
    } else {
        return false;
    }
    return true;
}

// Returns: where the object has the first pointer {object, control block} to itself, of that pair
//   the second word; the end of the block if there is none.
std::uint64_t offset_of_first_self(recognition const& look, node const& block) {
    address const object = block.begin + block.object_offset;
    std::uint64_t offset = block.object_offset + pointer_to_control;
    while (offset + 8 <= block.size &&
           (look.word(block.begin + offset - pointer_to_control) != object ||
            look.word(block.begin + offset) != block.begin)) {
        offset += 8;
    }
    return std::min(offset, block.size);
}

bool is_std_shared(type const& of) { return of.is_std("shared_ptr") || of.is_std("__shared_ptr"); }
bool is_std_weak(type const& of) { return of.is_std("weak_ptr") || of.is_std("__weak_ptr"); }

void apply_shared(recognition& look, reference& through, place const& from) {
    bool const counts = from.within == pointer_to_control;
    look.set_strength(through, counts ? strength::strong : strength::raw);
    if (!counts) {
        set_pointee(look, through, from.what.template_argument(0), false);
    }
}

void apply_weak(recognition& look, reference& through, place const&) {
    look.set_strength(through, strength::weak);
}

}  // namespace

bool recognise_std_control_block(recognition& look, node_id at) {
    std::string_view const name = look.class_of(at).name;
    return !name.empty() &&
           (recognise_libstdcxx(look, at, name) || recognise_libcxx(look, at, name));
}

// The first pair {object, its control block} inside an object is the weak pointer of
// std::enable_shared_from_this, if there are weak references at all. Later ones are members.
bool recognise_weak_self_by_place(recognition& look, reference& through) {
    node const& in = look.graph.nodes[through.from];
    constexpr std::uint32_t last_offset = 24;
    if (in.kind != node_kind::control_block || through.to != through.from ||
        through.target_offset != 0 || through.offset > in.object_offset + last_offset ||
        look.half_word(in.begin + 12) < 2 || through.offset != offset_of_first_self(look, in)) {
        return false;
    }
    look.set_strength(through, strength::weak);
    return true;
}

place_rule const shared_ptr_rule{is_std_shared, apply_shared};
place_rule const weak_ptr_rule{is_std_weak, apply_weak};

}  // namespace handrail::inspect
