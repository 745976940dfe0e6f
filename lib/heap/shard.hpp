// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A shard: some of the tracked objects of one heap. Threads are spread over the shards of a heap,
// so that they seldom wait for each other.
//
//  1. A tracked object is a member of exactly one shard, that of the thread that made it
//     (tracked_object.hpp says from when to when). It is added and removed under the shard's lock.
//  2. So whoever holds the lock and finds an object among the members may read its edges, provided
//     that its strong count is not 0 (0: it is still being built, or is ending).
//
// Thread safety: as annotated; heap never changes.

#pragma once

#include "lib/heap/shard_mutex.hpp"

#include <handrail/detail/heap/tracked_object.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace handrail::detail {

class pass_lock;

struct alignas(64) shard {
    shard_mutex mutex;
    std::vector<tracked_object*> members HANDRAIL_GUARDED_BY(mutex);  // in no particular order
    heap_state* heap = nullptr;
    // The heap was destroyed before these members: they own a reference.
    bool keeps_heap HANDRAIL_GUARDED_BY(mutex) = false;
    std::uint64_t ever_added HANDRAIL_GUARDED_BY(mutex) = 0;
};

// Returns: how many objects have been members, the new one included. Errors: throws std::bad_alloc;
//   then nothing has changed.
std::uint64_t add_member(shard& home, tracked_object& fresh);

// Effects: the last member moves to the index that is freed.
void remove_member(shard& locked, std::size_t index) noexcept HANDRAIL_REQUIRES(locked.mutex);

// Effects: removes garbage that a pass has committed; index is where the pass listed it. The object
//   itself is touched only if it has moved since: who ends it sets its index to removed later.
// Requires: the calling thread has the pass.
void remove_committed(pass_lock const& pass, shard& locked, tracked_object& committed,
                      std::size_t index) noexcept HANDRAIL_REQUIRES(locked.mutex);

}  // namespace handrail::detail
