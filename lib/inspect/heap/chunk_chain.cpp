// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/chunk_chain.hpp"

#include <cstdio>
#include <optional>

namespace handrail::inspect {
namespace {

enum class ending { top, fence, damage };

struct chain_end {
    ending how = ending::damage;
    address at = 0;
};

// Returns: the end of the chunk, at most `where.end`; nothing if its size cannot be right.
std::optional<address> end_of_chunk(memory const& in, address chunk, extent where, address top) {
    std::uint64_t const size = size_of_chunk(in, chunk).bytes();
    if (size < smallest_chunk || size % 16 != 0 || size > where.end - chunk) {
        return std::nullopt;
    }
    // A thread was stopped while it took this chunk from the top, before it wrote the size.
    return chunk < top && top < chunk + size ? top : chunk + size;
}

// An arena that continues elsewhere leaves chunks of the size of a header behind, or, where there
// was no room for one, a chunk followed by the size zero.
bool is_fence(chunk_size size) noexcept {
    return size.word == (chunk_header | 1) || size.word == chunk_header || size.word == 1;
}

// Effects: calls fn(block) for each chunk in use; at most `steps`, which are counted down.
template <class Function>
chain_end follow(memory const& in, extent where, address top, std::uint64_t& steps, Function fn) {
    address chunk = where.begin;
    std::optional<heap_block> held;  // the last one, until it is known that it is no fence
    while (chunk != top && where.end - chunk >= smallest_chunk && steps != 0) {
        --steps;
        chunk_size const size = size_of_chunk(in, chunk);
        if (is_fence(size)) {
            if (held && size.word != 1) {
                fn(*held);
            }
            return {ending::fence, chunk};
        }
        if (held) {
            fn(*held);
            held.reset();
        }
        auto const end = end_of_chunk(in, chunk, where, top);
        if (!end) {
            return {ending::damage, chunk};
        }
        if (where.end - *end < chunk_header) {
            return {ending::top, chunk};  // nothing follows: the top of an arena that was not found
        }
        if (size_of_chunk(in, *end).previous_in_use()) {
            held = block_of(chunk, *end - chunk);
        }
        chunk = *end;
    }
    if (held) {
        fn(*held);
    }
    return {chunk == top ? ending::top : ending::damage, chunk};
}

// Searching is bounded: a damaged heap may look like many chains that lead nowhere.
constexpr std::uint64_t search_steps = 1 << 24;
constexpr std::size_t most_problems = 20;

// Returns: where the next chain begins; where.end if there is none.
address next_chain(memory const& in, extent where, address top, std::uint64_t& steps) {
    for (address at = (where.begin + 15) & ~address{15};
         at < where.end && where.end - at > smallest_chunk && steps != 0; at += 16) {
        auto const end = follow(in, {at, where.end}, top, steps, [](heap_block const&) {});
        if (end.how != ending::damage && end.at != at) {
            return at;
        }
    }
    return where.end;
}

std::string damage(address from, address to) {
    char text[160];
    std::snprintf(
        text, sizeof text,
        "the heap is damaged or was being changed at 0x%llx: what is there, up to 0x%llx, is "
        "not known",
        static_cast<unsigned long long>(from), static_cast<unsigned long long>(to));
    return text;
}

}  // namespace

void walk_chunks(memory const& in, extent where, address top, std::vector<heap_block>& in_use,
                 std::vector<std::string>& problems) {
    std::uint64_t search = search_steps;
    while (where.begin < where.end) {
        std::uint64_t steps = (where.end - where.begin) / 16 + 1;
        auto const end =
            follow(in, where, top, steps, [&](heap_block const& each) { in_use.push_back(each); });
        bool const has_more = top > end.at && top < where.end;
        if (end.how == ending::top || (end.how == ending::fence && !has_more)) {
            return;
        }
        address const next = next_chain(in, {end.at + 16, where.end}, top, search);
        if (end.how == ending::damage && end.at != where.begin && problems.size() < most_problems) {
            problems.push_back(damage(end.at, next));
        }
        where.begin = next;
    }
}

bool is_chain(memory const& in, extent where, address top) {
    std::uint64_t steps = search_steps;
    auto const end = follow(in, where, top, steps, [](heap_block const&) {});
    return end.how != ending::damage && end.at != where.begin;
}

}  // namespace handrail::inspect
