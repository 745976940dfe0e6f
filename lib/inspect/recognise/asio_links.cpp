// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The lists in which Asio's services have channels and strands, 64 bits. Their links keep nothing.
//
//   channel   {states, buffer size, front and back of waiters, next, previous, …}
//   strand    {mutex, flags, two queues of two words, next, previous, service}

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

struct list_layout {
    std::uint64_t next;
    std::uint64_t previous;
};
constexpr list_layout channels{32, 40};
constexpr list_layout strands{48, 56};

// Effects: makes the links of the list weak that begins with this element. What does not point back
//   to the element before it is no list.
void read_list(recognition& look, address first, list_layout const& how) {
    address before = 0;
    address at = first;
    for (unsigned n = 0; n != max_list && look.graph.node_around(at) != no_node; ++n) {
        if (look.word(at + how.previous) != before) {
            return;
        }
        look.set_strength(at + how.next, strength::weak);
        look.set_strength(at + how.previous, strength::weak);
        before = at;
        at = look.word(at + how.next);
    }
}

}  // namespace

void read_links(recognition& look, node_id service) {
    std::string_view const name = look.class_of(service).name;
    bool const has_channels = name.find("::channel_service<") != name.npos;
    bool const has_strands = name.find("::strand_executor_service") != name.npos;
    if (!has_channels && !has_strands) {
        return;
    }
    for (reference const& each : look.graph.of(service)) {
        read_list(look, look.begin_of(each.to) + each.target_offset,
                  has_channels ? channels : strands);
    }
}

}  // namespace handrail::inspect
