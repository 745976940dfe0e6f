// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Asio's timers, 64 bits. A service contains
//
//   timer_queue     {vptr, next queue, list of timers, vector of {expiry, timer}}
//
// (the vector's allocator, which newer versions have, comes before its pointers)
//
// and a timer's object contains its part of it, per_timer_data
//
//   {front of waits, back of waits, index in the vector, next timer, previous timer}

#include "lib/inspect/recognise/recognisers.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>

namespace handrail::inspect {

namespace {

constexpr std::uint64_t back_of_waits = 8;
constexpr std::uint64_t next_timer = 24;
constexpr std::uint64_t previous_timer = 32;

// Expiries are ticks of a clock since it began. A timer that expires in the second half of the
// number's range never expires.
bool is_never(std::uint64_t expiry) {
    constexpr std::int64_t half = std::numeric_limits<std::int64_t>::max() / 2;
    return static_cast<std::int64_t>(expiry) > half;
}

void read_timer(recognition& look, address entry, node_id service) {
    address const timer = look.word(entry + 8);
    for (address const link :
         {entry + 8, timer + back_of_waits, timer + next_timer, timer + previous_timer}) {
        look.set_strength(link, strength::weak);
    }
    look.set_strength(timer, strength::strong);
    read_operations(look, look.word(timer),
                    {.service = service, .timer = true, .never = is_never(look.word(entry))});
}

bool is_vector(recognition const& look, address at) {
    node_id const block = look.graph.block_at(look.word(at));
    return block != no_node && look.word(at) <= look.word(at + 8) &&
           look.word(at + 8) <= look.word(at + 16) &&
           look.word(at + 16) <= look.graph.nodes[block].end();
}

void read_timer_queue(recognition& look, address queue, node_id service) {
    constexpr std::uint64_t entry_size = 16;
    look.set_strength(queue + 8, strength::weak);
    for (address const vector : {queue + 24, queue + 32}) {
        if (is_vector(look, vector)) {
            address const end = look.word(vector + 8);
            for (address entry = look.word(vector); entry + entry_size <= end;
                 entry += entry_size) {
                read_timer(look, entry, service);
            }
            return;
        }
    }
}

bool is_timer_data(type const& of) { return of.name().find("timer_queue<") != std::string::npos; }

void apply_timer_data(recognition& look, reference& through, place const& from) {
    look.set_strength(through, from.within == 0 ? strength::strong : strength::weak);
    if (from.within == 0) {
        read_operations(look, look.begin_of(through.to), {});
    }
}

}  // namespace

void read_timer_queues(recognition& look, node_id service) {
    node const& in = look.graph.nodes[service];
    constexpr std::uint64_t largest_service = 4096;
    std::uint64_t const size = std::min(in.size, largest_service);
    for (std::uint64_t offset = 8; offset + 48 <= size; offset += 8) {
        address const at = in.begin + offset;
        if (look.class_of_vptr(look.word(at)).name.find("asio::detail::timer_queue<") !=
            std::string_view::npos) {
            read_timer_queue(look, at, service);
        }
    }
}

place_rule const timer_data_rule{is_timer_data, apply_timer_data};

}  // namespace handrail::inspect
