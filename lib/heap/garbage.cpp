// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/garbage.hpp"

#include "lib/heap/prefetch.hpp"

#include <handrail/detail/base/errno_guard.hpp>
#include <handrail/detail/heap/destroy_queue.hpp>

#include <span>

namespace handrail::detail {

namespace {

using slice = std::span<tracked_object* const>;

void prefetch_for_clearing(tracked_object* soon) noexcept {
    __builtin_prefetch(soon, 1);
    __builtin_prefetch(reinterpret_cast<std::byte*>(soon) + sizeof(tracked_object), 1);
}

// All edges are nulled before the first destructor of the slice runs, so that no destructor reaches
// an object that another one has destroyed.
void clear_edges(slice objects) noexcept {
    for (std::size_t i = 0; i != objects.size(); ++i) {
        if (i + prefetch_distance < objects.size()) {
            prefetch_for_clearing(objects[i + prefetch_distance]);
        }
        objects[i]->shard_index = tracked_object::removed;
        objects[i]->operations->edges->clear(*objects[i]);
    }
}

// All destructors run before the first cleanup, also those of objects that end with the slice: a
// destructor may still use what the cleanup of another object takes away.
void end_slice(slice objects) noexcept {
    bool cleanups = false;
    for (tracked_object* each : objects) {
        if (leak_check_on()) {
            track::the_observer().object_destroying(each);
        }
        each->operations->destroy(*each);
        cleanups = cleanups || !each->cleanups.empty();
    }
    object_header* const queued = destroy_queued_objects();
    for (tracked_object* each : objects) {
        if (cleanups) {
            each->cleanups.end();
        }
        release_weak(*each);
    }
    end_destroyed_objects(queued);
}

}  // namespace

void end_garbage(garbage const& found) noexcept {
    errno_guard const keep;
    // Objects to which only garbage refers join the queue. They end together with its slice; or
    // before it, each by itself, if this is not outermost.
    deferred_destruction const hold;
    std::size_t begin = 0;
    for (std::size_t const end : found.slice_ends) {
        slice const objects(found.objects.data() + begin, end - begin);
        begin = end;
        clear_edges(objects);
        if (hold.is_outermost()) {
            end_slice(objects);
        } else {
            for (tracked_object* each : objects) {
                end_object(each);  // joins the queue
            }
        }
    }
}

}  // namespace handrail::detail
