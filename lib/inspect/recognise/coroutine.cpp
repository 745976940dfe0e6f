// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Coroutine frames begin with the addresses of their resume and destroy functions; the first is
// null at the final suspend point. boost::asio::awaitable owns the frame that it points into.

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

bool is_awaitable(type const& of) {
    std::string const name = of.name();
    return name.starts_with("boost::asio::awaitable<") || name.starts_with("asio::awaitable<");
}

void apply_awaitable(recognition& look, reference& through, place const& from) {
    look.set_strength(through, from.within == 0 ? strength::strong : strength::unknown);
}

}  // namespace

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

place_rule const awaitable_rule{is_awaitable, apply_awaitable};

}  // namespace handrail::inspect
