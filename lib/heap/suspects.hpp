// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The last part of a pass: which suspects of a marked snapshot are garbage. Suspects that edges
// connect, in whichever direction, are one component. One component is decided after the other. So
// weak::lock() waits for one component at most. Where the program has changed an object since the
// snapshot, only that object and the suspects that it reaches are found alive.
//
//  1. seal() changes the word that was copied into the same word with the bit sealed. Where the
//     word has changed since it was copied, somebody used the object: it and all that it reaches
//     are alive, and are unsealed.
//  2. The suspects of a component that remain when all words are sealed are garbage for good: all
//     their references are edges of each other.
//  3. commit() makes that visible: their counts are 0, and weak references to them are empty.
//
// Thread safety: belongs to the thread that has the pass.

#pragma once

#include "lib/heap/garbage.hpp"
#include "lib/heap/snapshot.hpp"

#include <cstddef>
#include <cstdint>

namespace handrail::detail {

class suspects {
public:
    // Requires: marked.mark() has run. Errors: throws std::bad_alloc. Nothing allocates after this.
    explicit suspects(snapshot& marked);

    // Returns: the first member of the next component; snapshot::none when there is no other.
    std::uint32_t next_component() noexcept;
    // Effects: calls fn with each member of the component.
    template <class Fn>
    void for_each_member(std::uint32_t component, Fn fn) const {
        std::uint32_t at = component;
        do {
            fn(at);
            at = ring_[at];
        } while (at != component);
    }
    // Returns: how many members the component had.
    std::size_t seal(std::uint32_t component) noexcept;
    // Returns: whether no member was found alive since mark().
    bool is_whole(std::uint32_t component) const noexcept;
    // Requires: the component is sealed.
    void commit(std::uint32_t component) noexcept;
    // Effects: all members of the component are alive after all; unseals those that are sealed.
    void revive_component(std::uint32_t component) noexcept;

    // Effects: removes the garbage from its shards. Call once, after all commits. Returns: it.
    garbage remove_garbage(pass_lock const& pass) noexcept;

    // Of what has been committed.
    std::size_t cleanups() const noexcept { return cleanups_; }
    std::size_t weak_references() const noexcept { return weak_references_; }

private:
    std::uint32_t root_of(std::uint32_t index) noexcept;
    void join(std::uint32_t a, std::uint32_t b) noexcept;
    void add_garbage(tracked_object& committed) noexcept;
    void end_slice_if_full() noexcept;
    void remove_range(pass_lock const& pass, snapshot::range const& from) noexcept;

    snapshot& marked_;
    // Each component is a ring: a member's entry is the next member. Until its component has been
    // handed out, a suspect's in is its parent in a tree of the component (union-find).
    pass_vector<std::uint32_t> ring_;
    garbage found_;
    std::size_t cleanups_ = 0;
    std::size_t weak_references_ = 0;
    std::uint32_t next_ = 0;
};

}  // namespace handrail::detail
