// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The lists in which Asio's services have channels and strands, 64 bits. Their links keep nothing.
// A channel owns the operations that wait for it.
//
//   channel   {two states, buffer size, front and back of waiters, next, previous, …}
//   strand    {mutex, flags, two queues of two words, next, previous, service}
//
// How much room a strand's mutex takes differs: the links are found before the service.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

struct list_layout {
    std::uint64_t next;
    std::uint64_t previous;
};
constexpr list_layout channels{32, 40};

// Where the type of a channel is known, so is its queue.
void read_waiters(recognition& look, address channel) {
    constexpr std::uint32_t not_states = 0xfffc'fffc;  // two halves of a word, 0 to 3
    constexpr std::uint64_t front = 16;
    constexpr std::uint64_t back = 24;
    address const first = look.word(channel + front);
    if ((look.half_word(channel) & not_states) != 0 || first == 0) {
        return;
    }
    read_operations(look, first, {});
    node_id const at = look.graph.block_at(first);
    if (at != no_node && look.graph.nodes[at].kind == node_kind::operation) {
        look.set_strength(channel + front, strength::strong);
        look.set_strength(channel + back, strength::weak);
    }
}

// Effects: makes the links of the list weak that begins with this element. What does not point back
//   to the element before it is no list.
void read_list(recognition& look, address first, list_layout const& how,
               void (*read)(recognition& look, address element)) {
    address before = 0;
    address at = first;
    for (unsigned n = 0; n != max_list && look.graph.node_around(at) != no_node; ++n) {
        if (look.word(at + how.previous) != before) {
            return;
        }
        look.set_strength(at + how.next, strength::weak);
        look.set_strength(at + how.previous, strength::weak);
        if (read != nullptr) {
            read(look, at);
        }
        before = at;
        at = look.word(at + how.next);
    }
}

// Returns: where the links of a strand are.
list_layout links_of_strand(recognition const& look, address strand, node_id service) {
    constexpr std::uint64_t first = 40;  // a mutex and flags in one word
    constexpr std::uint64_t last = 48;   // in two words
    address const owner = look.begin_of(service);
    std::uint64_t const next = look.word(strand + first + 16) == owner ? first : last;
    return {next, next + 8};
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
        address const first = look.begin_of(each.to) + each.target_offset;
        if (has_channels) {
            read_list(look, first, channels, read_waiters);
        } else {
            read_list(look, first, links_of_strand(look, first, service), nullptr);
        }
    }
}

}  // namespace handrail::inspect
