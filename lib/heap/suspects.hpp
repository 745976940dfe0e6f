// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The end of a pass: which suspects of a marked snapshot are garbage. They are decided upon in
// weakly connected components, so that a weak lock waits for one component at most and a change
// saves no more than what it may reach.
//
//  1. freeze() turns the word that was read into the same word, frozen. Where it has changed since,
//     somebody has been there: that object and all it reaches are alive, and thaw.
//  2. What is left of a component when all its words are frozen is garbage for good: all counts of
//     its objects lie in edges of each other.
//  3. commit() makes it so: no count any more, weak references are empty.
//
// Thread safety: belongs to the thread that has the pass.

#pragma once

#include "lib/heap/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace handrail::detail {

// Objects without a count and without a place in their heap; they belong to whoever has this, and
// end with end_garbage(). Lists of objects that refer to each other are not split into blocks.
struct garbage {
    pass_vector<tracked_object*> objects;
    std::vector<std::size_t> slice_ends;  // positions in objects, ascending; the last is their size
};

class suspects {
public:
    // Requires: marked.mark() has run. Errors: throws std::bad_alloc. After this nothing allocates.
    explicit suspects(snapshot& marked);

    // Returns: the first member of the next component; snapshot::none when there is no other.
    std::uint32_t next_component() noexcept;
    std::size_t count_members(std::uint32_t component) const noexcept;
    // Returns: how many members the component had.
    std::size_t freeze(std::uint32_t component) noexcept;
    // Requires, both: freeze(component).
    void commit(std::uint32_t component) noexcept;
    // Effects: all of it is alive after all.
    void spare(std::uint32_t component) noexcept;

    // Effects: takes the garbage out of its shards. Once, after all commits.
    garbage take_garbage(pass_lock const& pass) noexcept;

    // Of what has been committed.
    std::size_t cleanups() const noexcept { return cleanups_; }
    std::size_t weak_references() const noexcept { return weak_references_; }

private:
    std::uint32_t root_of(std::uint32_t number) noexcept;
    void join(std::uint32_t a, std::uint32_t b) noexcept;
    void take(tracked_object& committed) noexcept;
    void end_slice() noexcept;
    void unlist_range(pass_lock const& pass, snapshot::range const& from) noexcept;

    snapshot& marked_;
    // Members of one component are linked in a ring; in holds the parent in a tree of each.
    pass_vector<std::uint32_t> ring_;
    garbage found_;
    std::size_t cleanups_ = 0;
    std::size_t weak_references_ = 0;
    std::uint32_t next_ = 0;
};

}  // namespace handrail::detail
