// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Coroutine frames begin with the addresses of their resume and destroy functions; the first is
// null at the final suspend point. In frames of g++, parameters have their names, and variables
// have numbers behind theirs: "self", "self_1_2".

#include "lib/inspect/recognise/recognisers.hpp"

#include <algorithm>

namespace handrail::inspect {

namespace {

bool names_part_of_coroutine(std::string_view symbol) {
    return symbol.find(".actor") != symbol.npos || symbol.find(".resume") != symbol.npos ||
           symbol.find(".destroy") != symbol.npos || symbol.find(".cleanup") != symbol.npos;
}

// g++ names a part "_Z1fv.Frame*.actor" inside a demangled name, clang "f() [clone .resume]".
std::string name_of_coroutine(debug_info const& info, address part) {
    std::string name = info.symbol_at(part);
    if (name.empty()) {
        return "coroutine at " + info.module_offset(part);
    }
    name.resize(std::min(name.find(" [clone"), name.size()));
    name.resize(std::min(name.find('('), name.size()));
    return "coroutine " + name;
}

bool is_frame_of_gcc(type const& frame) {
    return member_named(frame, "_Coro_resume_fn").has_value();
}

// Effects: removes "_12" from the end. Returns: whether it was there.
bool remove_number(std::string_view& name) {
    std::size_t const before = name.find_last_not_of("0123456789");
    if (before == name.npos || before + 1 == name.size() || name[before] != '_') {
        return false;
    }
    name = name.substr(0, before);
    return true;
}

bool names_parameter(std::string_view name) {
    if (name.starts_with("_Coro_")) {
        return name.starts_with("_Coro_unnamed_parm_");
    }
    return !name.empty() && !(remove_number(name) && remove_number(name));
}

}  // namespace

bool may_have_ended(recognition const& look, reference const& local) {
    node const& in = look.graph.nodes[local.from];
    if (in.kind != node_kind::coroutine) {
        return false;
    }
    if (!in.object_type || !is_frame_of_gcc(in.object_type)) {
        return true;
    }
    auto const found = in.object_type.member_at(local.offset);
    return !found || !names_parameter(found->name);
}

bool recognise_coroutine(recognition& look, node_id at) {
    address const resume = look.word(look.begin_of(at));
    address const destroy = look.word(look.begin_of(at) + 8);
    if ((resume != 0 && !look.is_code(resume)) || !look.is_code(destroy)) {
        return false;
    }
    std::string_view const symbol = look.function_at(destroy);
    bool const is_stripped = symbol.empty() && resume != 0;
    if (!is_stripped && !names_part_of_coroutine(symbol)) {
        return false;
    }
    address const part = resume != 0 ? resume : destroy;
    type const frame = look.fitting(look.info.coroutine_frame(part), at, 0);
    return look.set(at, node_kind::coroutine, frame, 0, name_of_coroutine(look.info, part));
}

}  // namespace handrail::inspect
