// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/graph/reference_scan.hpp"

#include "lib/inspect/graph/words.hpp"

#include <limits>

namespace handrail::inspect {

namespace {

// What lies further inside a block than this is not looked at: offsets have 32 bits.
constexpr std::uint64_t max_searched = std::numeric_limits<std::uint32_t>::max();

}  // namespace

std::vector<reference> scan_references(memory const& words, heap_blocks const& heap,
                                       std::vector<node> const& nodes) {
    std::vector<reference> found;
    if (heap.all().empty()) {
        return found;
    }
    word_reader reader(words);
    address const low = heap.all().front().begin;
    address const high = heap.all().back().end();
    for (node_id id = 0; id != nodes.size(); ++id) {
        node const& from = nodes[id];
        auto const end = from.begin + std::min(from.size, max_searched);
        reader.for_each(from.begin, end, [&](address at, std::uint64_t word) {
            address const to = word & address_bits;
            auto const block = low <= to && to < high ? heap.around(to) : std::nullopt;
            if (block) {
                found.push_back({id, *block, static_cast<std::uint32_t>(at - from.begin),
                                 static_cast<std::uint32_t>(to - nodes[*block].begin)});
            }
        });
    }
    return found;
}

}  // namespace handrail::inspect
