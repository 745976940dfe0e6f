// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What is behind a handrail::heap: its shards, and when it is collected automatically; and the list
// of all heaps of the process.
//
// A heap_state lives as long as its reference count. References are held by the heap, by each shard
// whose members have outlived the heap, and by each pass that waits in a runner.
//
// Thread safety: all functions may be called by any thread.

#pragma once

#include "lib/base/mutex.hpp"
#include "lib/heap/shard.hpp"

#include <handrail/runner.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace handrail::detail {

// Guards the list of heaps.
extern constinit mutex heaps_mutex;

struct heap_state {
    std::array<shard, 16> shards;
    std::atomic<std::uint32_t> references{1};
    std::atomic<bool> ever_collected{false};  // or asked to be collected automatically
    heap_state* next HANDRAIL_GUARDED_BY(heaps_mutex) = nullptr;  // in the list of heaps
    heap_state* previous HANDRAIL_GUARDED_BY(heaps_mutex) = nullptr;

    // For collect_automatically(); see automatic_passes.cpp.
    std::atomic<bool> automatic{false};
    std::atomic<bool> posted{false};
    std::atomic<std::size_t> threshold{0};
    mutex runner_mutex;
    runner automatic_runner HANDRAIL_GUARDED_BY(runner_mutex);

    constexpr heap_state() noexcept {
        for (shard& each : shards) {
            each.heap = this;
        }
    }
};

// Effects: adds the heap to the list of heaps. It stays there until its last reference is dropped.
void list_heap(heap_state& fresh) noexcept;
// Effects: gives up one reference; with the last one the heap leaves the list and is freed.
void drop_heap(heap_state& heap) noexcept;

// Effects: gives up the reference of the handrail::heap, which is being destroyed. Each shard that
//   still has members takes a reference of its own.
void orphan_heap(heap_state& heap) noexcept;

// Effects: shards of an orphaned heap that a pass has emptied give up their references.
// Requires: the caller holds a reference.
void drop_emptied_shards(heap_state& heap) noexcept;

// Returns: how many tracked objects the heap has; shards are counted one after the other.
std::size_t count_members(heap_state& heap) noexcept;

// Returns: the shard for objects that the calling thread makes in this heap.
shard& shard_of_this_thread(heap_state& heap) noexcept;

// How many tracked objects the calling thread has made so far, in all heaps.
std::uint64_t objects_made_by_this_thread() noexcept;
void count_made_object() noexcept;

// Effects: calls f(heap_state&) for each heap, under the lock of the list of heaps.
template <class F>
void for_each_heap(F f);

// ---- implementation ----

heap_state* first_heap() noexcept HANDRAIL_REQUIRES(heaps_mutex);

template <class F>
void for_each_heap(F f) {
    lock_guard hold(heaps_mutex);
    for (heap_state* each = first_heap(); each != nullptr; each = each->next) {
        f(*each);
    }
}

}  // namespace handrail::detail
