// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// FILE of glibc, 64 bits: {flags with a magic number, …, chain to the next stream at 104,
// descriptor at 112, …, in newer versions the address of the chain that leads here at 184, …}.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

bool recognise_stream(recognition& look, node_id at) {
    constexpr std::uint64_t smallest = 216;
    constexpr std::uint32_t magic = 0xfbad'0000;
    constexpr std::uint32_t chain = 104;
    constexpr std::uint32_t number = 112;
    constexpr std::uint32_t chain_back = 184;  // unused before
    address const begin = look.begin_of(at);
    if (look.graph.nodes[at].size < smallest || (look.half_word(begin) & 0xffff'0000) != magic) {
        return false;
    }
    look.set_strength(begin + chain, strength::weak);
    look.set_strength(begin + chain_back, strength::weak);
    auto const descriptor = static_cast<int>(look.half_word(begin + number));
    if (descriptor >= 0) {
        look.add_holder({.number = descriptor, .at = at, .offset = number});
    }
    return look.set(at, node_kind::stream, {}, 0, "FILE");
}

}  // namespace handrail::inspect
