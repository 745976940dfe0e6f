// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What Asio's reactor has for a descriptor, and who has it, 64 bits.
//
//   descriptor_state   {operation, next, previous, mutex, reactor, int number, events, 3 queues}
//   socket             {int number, flags, descriptor_state, …}
//
// The queue's operations complete when the kernel reports the descriptor ready.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

// Mutexes differ, 8 bytes with Boost 1.92, and options of Asio, too: the reactor is found by its
// class.
constexpr std::uint64_t next_state = 24;
constexpr std::uint64_t previous_state = 32;
constexpr std::uint64_t first_reactor_offset = 48;
constexpr std::uint64_t last_reactor_offset = 136;

// A state may be queued in another one; longer chains are damaged.
constexpr unsigned max_nested_states = 64;

// Whether the word is null or leads to a block, as the links of a list do.
bool is_link(recognition const& look, address word) {
    address const to = look.word(word);
    return to == 0 || look.graph.block_at(to) != no_node;
}

// Returns: the offset of the pointer to the reactor; 0 if there is none.
std::uint64_t reactor_offset(recognition const& look, node_id at) {
    node const& in = look.graph.nodes[at];
    for (reference const& each : look.graph.of(at)) {
        if (each.offset >= first_reactor_offset && each.offset <= last_reactor_offset &&
            each.target_offset == 0 && each.offset + 16 + 48 <= in.size &&
            is_asio_class(look.class_of(each.to).name, "asio::detail::epoll_reactor")) {
            return each.offset;
        }
    }
    return 0;
}

void read_queues(recognition& look, node_id at, std::uint64_t first, node_id reactor) {
    for (std::uint64_t queue = first; queue != first + 48; queue += 16) {
        address const word = look.begin_of(at) + queue;
        look.set_strength(word, strength::strong);
        read_operations(look, look.word(word), {.service = reactor});
    }
}

// A socket, an acceptor or a stream descriptor: the number stands before the pointer.
void read_owner(recognition& look, reference& through, std::uint32_t number) {
    address const word = look.begin_of(through.from) + through.offset;
    // In the list of all states, the word before the link has events.
    bool const is_list = look.graph.nodes[through.from].kind == node_kind::service;
    if (!is_list && through.target_offset == 0 && through.offset >= 8 &&
        look.half_word(word - 8) == number) {
        look.add_holder({static_cast<int>(number), through.from, through.offset - 8});
        look.set_strength(through, strength::strong);
    }
}

}  // namespace

bool recognise_descriptor_state(recognition& look, node_id at) {
    address const begin = look.begin_of(at);
    if (look.graph.nodes[at].size < first_reactor_offset || !look.is_code(look.word(begin + 8)) ||
        !is_link(look, begin + next_state) || !is_link(look, begin + previous_state)) {
        return false;
    }
    std::uint64_t const offset = reactor_offset(look, at);
    if (offset == 0) {
        return false;
    }
    node_id const reactor = look.graph.block_at(look.word(begin + offset));
    if (!look.set(at, node_kind::service, {}, 0, asio_descriptor_state)) {
        return false;
    }
    if (look.nested_states < max_nested_states) {
        ++look.nested_states;
        read_queues(look, at, offset + 16, reactor);
        --look.nested_states;
    }
    for (reference& each : look.graph.of(at)) {
        look.set_strength(each, strength::weak);
    }
    return true;
}

std::uint32_t number_in_descriptor_state(recognition const& look, node_id at) {
    std::uint64_t const offset = reactor_offset(look, at);
    return look.half_word(look.begin_of(at) + offset + 8);
}

void find_asio_owners(recognition& look) {
    for (reference& each : look.graph.references) {
        node const& to = look.graph.nodes[each.to];
        if (to.kind == node_kind::service && to.name == asio_descriptor_state) {
            read_owner(look, each, number_in_descriptor_state(look, each.to));
        }
    }
    for (root const& each : look.graph.roots) {
        node const& to = look.graph.nodes[each.to];
        if (each.at != 0 && to.kind == node_kind::service && to.name == asio_descriptor_state) {
            std::uint32_t const number = number_in_descriptor_state(look, each.to);
            if (look.half_word(each.at - 8) == number) {
                look.add_holder({.number = static_cast<int>(number), .on_stack = each.at - 8});
            }
        }
    }
}

}  // namespace handrail::inspect
