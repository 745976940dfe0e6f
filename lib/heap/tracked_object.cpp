// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/heap/tracked_object.hpp>

#include "lib/base/mutex.hpp"
#include "lib/heap/automatic_passes.hpp"
#include "lib/heap/heap_state.hpp"
#include "lib/heap/limbo.hpp"

#include <atomic>
#include <utility>

namespace handrail::detail {

void tracked_object::add_to_heap(tracked_object& fresh, heap_state& heap) {
    std::uint64_t const ever_added = add_member(shard_of_this_thread(heap), fresh);
    count_made_object();
    // Not for every new object: the members of all shards are counted.
    if (ever_added % 64 == 0 && heap.automatic.load(std::memory_order_relaxed)) {
        post_pass_if_due(heap);
    }
}

void remove_from_heap(tracked_object& ending) noexcept {
    // relaxed suffices: if the value says that the object was removed, this thread has stored it,
    // since the thread that removes garbage also ends it. Others only change one valid index to
    // another.
    if (tracked_object::has_left_shard(
            std::atomic_ref(ending.shard_index).load(std::memory_order_relaxed))) {
        return;  // garbage, which the pass has removed
    }
    shard& home = *ending.home;
    bool drops_heap = false;
    {
        lock_guard hold(home.mutex);
        remove_member(home, ending.shard_index);
        ending.shard_index =
            limbo_is_open() ? tracked_object::removed_for_limbo : tracked_object::removed;
        drops_heap = home.members.empty() && std::exchange(home.keeps_heap, false);
    }
    if (drops_heap) {
        drop_heap(*home.heap);
    }
}

void free_tracked(tracked_object* ended) noexcept {
    if (ended->shard_index != tracked_object::removed_for_limbo || !put_in_limbo(*ended)) {
        ended->operations->edges->free(ended);
    }
}

}  // namespace handrail::detail
