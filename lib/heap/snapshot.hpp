// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a pass knows of a heap: its tracked objects, their counter words, and the edges between
// them. Each is read at a moment of its own while the program runs. docs/collector.md says why that
// is enough.
//
//  1. All words are copied before the first edge is read. So if a word is unchanged when its object
//     is sealed, each edge to the object that was read held a reference that the word counts.
//  2. A suspect is a candidate that may be garbage. It stops being one when it is found alive, and
//     is no suspect again in this pass. Candidates that were being built or destroyed when listed
//     are never suspects.
//  3. After mark(), each edge that was read and that leads to a suspect is an edge of a suspect.
//
// Thread safety: belongs to the thread that has the pass.

#pragma once

#include "lib/heap/heap_state.hpp"
#include "lib/heap/pass_lock.hpp"
#include "lib/heap/pass_memory.hpp"

#include <handrail/detail/heap/edge_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace handrail::detail {

// A tracked object that the pass has listed.
struct candidate {
    tracked_object* object;
    // The copy of a suspect's word. 0: not a suspect, because the object is known to be alive, or
    // is being constructed or destroyed, so that this pass does not decide about it.
    std::uint64_t word;
    // How many edges of candidates refer to it; later its parent in the union-find of suspects.hpp,
    // or the link of revive().
    std::uint32_t in;
    std::uint32_t first_edge;  // its edges end where those of the next candidate begin

    // A bit of word with two uses, one after the other. From read_edges() to mark(), which revives
    // such candidates: a container was locked, so that not all edges were read. From seal() on: the
    // pass has sealed the object's word. A copied word is never sealed: there is one pass at a
    // time, and it commits or unseals all that it has sealed.
    static constexpr std::uint64_t incomplete = word_sealed;

    bool is_suspect() const noexcept { return word != 0; }
};

class snapshot final : private edge_reader {
public:
    explicit snapshot(pass_lock const&) noexcept {}
    snapshot(snapshot const&) = delete;
    snapshot& operator=(snapshot const&) = delete;
    ~snapshot();

    static constexpr std::uint32_t none = 0xffffffff;

    // Two steps, in this order. Errors: throw std::bad_alloc; no object has been changed then.
    void list(heap_state& heap);  // copies the words
    void read_edges();

    // The third step. Effects: revives the suspects that have a strong reference from anything but
    //   an edge of a candidate.
    void mark() noexcept;

    // Effects: the candidate with this index is alive after all, and so is what it reaches: they
    //   are suspects no more. Calls f(candidate&) for each suspect among them before that.
    template <class F>
    void revive(std::uint32_t index, F f) noexcept;

    std::size_t size() const noexcept { return listed_; }
    candidate& operator[](std::uint32_t index) noexcept { return candidates_[index]; }
    // Returns: the indexes of the candidates to which this one has edges.
    std::span<std::uint32_t const> targets(std::uint32_t index) const noexcept {
        return {targets_.data() + candidates_[index].first_edge,
                targets_.data() + candidates_[index + 1].first_edge};
    }

    // Returns: the index of the object's candidate; none if it was not listed.
    std::uint32_t index_of(tracked_object const& object) const noexcept {
        std::uint32_t const index = object.candidate_index;  // perhaps that of an earlier pass
        return index < listed_ && candidates_[index].object == &object ? index : none;
    }

    // The indexes of the candidates of one shard: [begin, end).
    struct range {
        shard* home;
        std::uint32_t begin, end;
    };
    std::span<range const> ranges() const noexcept { return ranges_; }

    // How many objects a pass handles, at most, each time it locks their shard.
    static constexpr std::uint32_t group = 64;

private:
    void list_shard(shard& home);
    std::size_t list_group(shard& home, std::size_t begin, std::size_t end);
    std::uint32_t read_group(shard& home, std::uint32_t begin, std::uint32_t end);
    void read_object(candidate& c);
    void add_targets(std::uint32_t index, std::span<tracked_object* const> targets);

    // One more than are listed: its first_edge is the end of the last one's edges.
    pass_vector<candidate> candidates_;
    pass_vector<std::uint32_t> targets_;
    std::vector<range> ranges_;
    std::uint32_t listed_ = 0;
};

// in is needed for suspects only: mark() and the union-find read no other.
// So the candidates whose targets are still to be visited are linked through it.
template <class F>
void snapshot::revive(std::uint32_t index, F f) noexcept {
    std::uint32_t unvisited = none;
    auto const add = [&](std::uint32_t reached) {
        candidate& c = candidates_[reached];
        if (c.is_suspect()) {
            f(c);
            c.word = 0;
            c.in = unvisited;
            unvisited = reached;
        }
    };
    add(index);
    while (unvisited != none) {
        std::uint32_t const at = unvisited;
        unvisited = candidates_[at].in;
        for (std::uint32_t const target : targets(at)) {
            add(target);
        }
    }
}

}  // namespace handrail::detail
