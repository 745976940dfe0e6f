// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The garbage of a pass, and its end.

#pragma once

#include "lib/heap/pass_memory.hpp"

#include <handrail/detail/heap/tracked_object.hpp>

#include <cstddef>
#include <vector>

namespace handrail::detail {

// Objects whose strong counts are 0 and which no shard lists any more. They belong to whoever has
// this, and end with end_garbage().
struct garbage {
    pass_vector<tracked_object*> objects;

    // Garbage ends in slices, each of which fits into the processor's cache. These are the
    // positions in objects where slices end, ascending; the last is objects.size(). Objects that
    // refer to each other are in one slice.
    std::vector<std::size_t> slice_ends;
};

// Effects: slice by slice, nulls the edges of garbage, then runs its destructors, then those of the
//   objects to which nothing refers any more, then the cleanups of all these, or hands those over
//   to their runners. Calls user code on this thread. Where an object ends already on this thread,
//   or a deferred_destruction exists, garbage waits for its turn in the destroy queue.
void end_garbage(garbage const& found) noexcept;

}  // namespace handrail::detail
