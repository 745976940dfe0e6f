// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/heap_state.hpp"

#include "lib/base/no_destroy.hpp"

#include <utility>

namespace handrail::detail {

constinit mutex heaps_mutex;

namespace {

constinit no_destroy<heap_state> global_state;

// All but the global one.
constinit heap_state* other_heaps HANDRAIL_GUARDED_BY(heaps_mutex) = nullptr;

struct per_thread {
    unsigned shard = 0;  // index + 1; 0: not chosen yet
    std::uint64_t objects_made = 0;
};
thread_local constinit per_thread own;
constinit std::atomic<unsigned> threads_with_shards{0};

}  // namespace

heap_state& global_heap() noexcept { return *global_state; }
// The global heap leads the list, which is linked anew when somebody begins to walk it.
heap_state* first_heap() noexcept {
    global_state->next = other_heaps;
    return &*global_state;
}

// Threads take shards in turn, so that few threads share one.
shard& shard_of_this_thread(heap_state& heap) noexcept {
    if (own.shard == 0) {
        // relaxed: nothing depends on the order in which threads take numbers.
        unsigned const number = threads_with_shards.fetch_add(1, std::memory_order_relaxed);
        own.shard = 1 + number % heap.shards.size();
    }
    return heap.shards[own.shard - 1];
}

std::uint64_t objects_made_by_this_thread() noexcept { return own.objects_made; }
void count_made_object() noexcept { ++own.objects_made; }

void list_heap(heap_state& fresh) noexcept {
    lock_guard hold(heaps_mutex);
    fresh.next = other_heaps;
    if (other_heaps != nullptr) {
        other_heaps->previous = &fresh;
    }
    other_heaps = &fresh;
}

void drop_heap(heap_state& heap) noexcept {
    // acq_rel: freed after every other holder's last use.
    if (heap.references.fetch_sub(1, std::memory_order_acq_rel) != 1) {
        return;
    }
    {
        lock_guard hold(heaps_mutex);
        (heap.previous != nullptr ? heap.previous->next : other_heaps) = heap.next;
        if (heap.next != nullptr) {
            heap.next->previous = heap.previous;
        }
    }
    delete &heap;
}

void orphan_heap(heap_state& heap) noexcept {
    for (shard& each : heap.shards) {
        lock_guard hold(each.mutex);
        if (!each.members.empty()) {
            each.keeps_heap = true;
            heap.references.fetch_add(1, std::memory_order_relaxed);
        }
    }
    drop_heap(heap);
}

void drop_emptied_shards(heap_state& heap) noexcept {
    for (shard& each : heap.shards) {
        bool emptied = false;
        {
            lock_guard hold(each.mutex);
            emptied = each.members.empty() && std::exchange(each.keeps_heap, false);
        }
        if (emptied) {
            drop_heap(heap);
        }
    }
}

std::size_t count_members(heap_state& heap) noexcept {
    std::size_t sum = 0;
    for (shard& each : heap.shards) {
        lock_guard hold(each.mutex);
        sum += each.members.size();
    }
    return sum;
}

}  // namespace handrail::detail
