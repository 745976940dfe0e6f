// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a pass knows of a heap: its nodes, their words, and the edges between them, each read at a
// moment of its own while the program runs. docs/collector.md says why that is enough.
//
//  1. Every word is read before the first edge: a word that still holds at the freeze has counted
//     each edge that was read since.
//  2. A candidate is alive when it is known that something outside of the garbage reaches it, or
//     when too little is known. Everything else is a suspect. Alive is final.
//  3. After mark() no suspect is reached by an edge of one that is alive.
//
// Thread safety: belongs to the thread that has the pass.

#pragma once

#include "lib/heap/pass_memory.hpp"
#include "lib/heap/registry.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace handrail::detail {

struct candidate {
    tracked_object* object;
    std::uint64_t word;        // as read; 0: alive. Bit incomplete: not all edges could be read
    std::uint32_t in;          // edges from candidates; then: see each step
    std::uint32_t first_edge;  // up to the next one's

    static constexpr std::uint64_t incomplete = word_frozen;

    bool alive() const noexcept { return word == 0; }
};

class snapshot final : private edge_reader {
public:
    explicit snapshot(pass_lock const&) noexcept {}
    snapshot(snapshot const&) = delete;
    snapshot& operator=(snapshot const&) = delete;
    ~snapshot();

    static constexpr std::uint32_t none = 0xffffffff;

    // The steps, in this order. Errors: throw std::bad_alloc; nothing has happened then.
    void list(heap_state& heap);
    void read_edges();

    // Effects: what has references that are no edges of candidates is alive, and what it reaches.
    void mark() noexcept;

    // Effects: this one is alive after all, and so is every suspect that it reaches; each is
    //   handed to f first.
    template <class F>
    void revive(std::uint32_t number, F f) noexcept;

    std::size_t size() const noexcept { return listed_; }
    candidate& operator[](std::uint32_t number) noexcept { return candidates_[number]; }
    std::span<std::uint32_t const> targets(std::uint32_t number) const noexcept {
        return {targets_.data() + candidates_[number].first_edge,
                targets_.data() + candidates_[number + 1].first_edge};
    }

    // Returns: the candidate's number; none for a node that is no candidate.
    std::uint32_t number_of(tracked_object const& met) const noexcept {
        return met.candidate < listed_ && candidates_[met.candidate].object == &met ? met.candidate
                                                                                    : none;
    }

    // The candidates of one shard lie together.
    struct range {
        shard* home;
        std::uint32_t begin, end;
    };
    std::span<range const> ranges() const noexcept { return ranges_; }

    // How many objects are worked on under one lock of their shard.
    static constexpr std::uint32_t group = 64;

private:
    void list_shard(shard& home);
    std::size_t list_group(shard& home, std::size_t begin, std::size_t end);
    std::uint32_t read_group(shard& home, std::uint32_t begin, std::uint32_t end);
    void read_object(candidate& c);
    void add_targets(std::uint32_t number, std::span<tracked_object* const> met);

    pass_vector<candidate> candidates_;  // and one more, for the end of the last one's edges
    pass_vector<std::uint32_t> targets_;
    std::vector<range> ranges_;
    std::uint32_t listed_ = 0;
};

// The suspects that wait are linked through in, which no suspect needs any more.
template <class F>
void snapshot::revive(std::uint32_t number, F f) noexcept {
    std::uint32_t waiting = none;
    auto const join = [&](std::uint32_t which) {
        candidate& c = candidates_[which];
        if (!c.alive()) {
            f(c);
            c.word = 0;
            c.in = waiting;
            waiting = which;
        }
    };
    join(number);
    while (waiting != none) {
        std::uint32_t const at = waiting;
        waiting = candidates_[at].in;
        for (std::uint32_t const target : targets(at)) {
            join(target);
        }
    }
}

}  // namespace handrail::detail
