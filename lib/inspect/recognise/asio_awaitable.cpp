// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// asio::awaitable, {promise of the frame that it owns}. The frame of such a coroutine has, behind
// its two functions, Asio's promise, 64 bits:
//
//   promise   {handle of this frame, thread, promise of the caller, exception, …}
//
// A coroutine that another one awaits is owned by an awaitable in the frame of the caller; the
// first one by the thread, which lies in the operation that the last one waits for.

#include "lib/inspect/recognise/recognisers.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>

namespace handrail::inspect {

namespace {

constexpr std::uint64_t promise_offset = 16;
constexpr std::uint64_t thread_in_frame = promise_offset + 8;
constexpr std::uint64_t caller_in_frame = promise_offset + 16;

bool is_awaitable(type const& of) {
    std::string const name = of.name();
    return name.starts_with("boost::asio::awaitable<") || name.starts_with("asio::awaitable<");
}

void apply_awaitable(recognition& look, reference& through, place const& from) {
    look.set_strength(through, from.within == 0 ? strength::strong : strength::unknown);
}

bool is_frame(recognition const& look, node_id at) {
    address const begin = look.begin_of(at);
    return look.graph.nodes[at].kind == node_kind::coroutine &&
           look.word(begin + promise_offset) == begin;
}

// Effects: the promise's own pointers do not own what they lead to.
void read_promise(recognition& look, node_id at) {
    for (std::uint64_t const offset : {promise_offset, thread_in_frame, caller_in_frame}) {
        look.set_strength(look.begin_of(at) + offset, strength::raw);
    }
}

}  // namespace

void find_owners_of_frames(recognition& look) {
    std::unordered_map<node_id, std::vector<std::size_t>> threads;  // words in operations, by frame
    for (std::size_t i = 0; i != look.graph.references.size(); ++i) {
        reference& each = look.graph.references[i];
        if (each.target_offset != promise_offset || !is_frame(look, each.to)) {
            continue;
        }
        read_promise(look, each.to);
        address const caller = look.word(look.begin_of(each.to) + caller_in_frame);
        if (caller == 0 && look.graph.nodes[each.from].kind == node_kind::operation) {
            threads[each.to].push_back(i);
        } else if (caller == look.begin_of(each.from) + promise_offset &&
                   is_frame(look, each.from)) {
            look.set_strength(each, strength::strong);
        }
    }
    // A frame has one thread: of two words, one was left behind.
    for (auto const& [frame, words] : threads) {
        if (words.size() == 1) {
            look.set_strength(look.graph.references[words.front()], strength::strong);
        }
    }
}

place_rule const awaitable_rule{is_awaitable, apply_awaitable};

}  // namespace handrail::inspect
