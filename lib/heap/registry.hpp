// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which nodes a heap has, and how a pass keeps the memory of those it has met.
//
//  1. A node is in exactly one shard, that of the thread that made it, until it leaves; both ends
//     are under the shard's lock. A pass that holds the lock and finds the node there may read its
//     object: a node leaves before its object is destroyed.
//  2. One pass decides at a time in the process. pass_lock stands for that right.
//  3. While it exists, the memory of nodes that leave goes to limbo and is freed when the pass is
//     over. So a pass may read the header of every node that it listed or met in an edge: it sets
//     the flag before it reads an edge; who removes the edge, changes its word before the target
//     can leave and look at the flag. All four accesses are seq_cst, or ordered by the lock of the
//     container that held the edge: either the pass misses the edge or the target finds the flag.
//  4. Lock order: the pass, the list of heaps, shards in order, limbo. Containers of edges are
//     tried only. Nothing of the user runs under any of them.

#pragma once

#include "lib/heap/shard_mutex.hpp"

#include <handrail/detail/heap/tracked_object.hpp>
#include <handrail/runner.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace handrail::detail {

struct alignas(64) shard {
    shard_mutex mutex;
    std::vector<tracked_object*> members;  // dense; the order is of no meaning
    heap_state* heap = nullptr;
    bool keeps_heap = false;  // the heap object is gone, and these members survive it
};

struct heap_state {
    std::array<shard, 16> shards;
    std::atomic<std::uint32_t> references{1};  // the heap object, kept shards, posted passes
    std::atomic<bool> ever_collected{false};
    heap_state* next = nullptr;  // in the list of heaps
    heap_state* previous = nullptr;

    // For collect_automatically; see automatic.cpp.
    std::atomic<bool> automatic{false};
    std::atomic<bool> posted{false};
    std::atomic<std::size_t> threshold{0};
    std::mutex runner_mutex;
    runner automatic_runner;

    constexpr heap_state() noexcept {
        for (shard& each : shards) {
            each.heap = this;
        }
    }
};

// Effects: the list of heaps knows the heap, from here until its last reference is dropped.
void list_heap(heap_state& fresh) noexcept;
void drop_heap(heap_state& heap) noexcept;

// Effects: the heap object is gone; survivors keep the state.
void orphan_heap(heap_state& heap) noexcept;

// Effects: shards of an orphan that a pass has emptied let go of it. Requires: the caller holds a
// reference.
void drop_emptied(heap_state& heap) noexcept;

std::size_t count_members(heap_state& heap) noexcept;

// Returns: how many nodes this thread has enrolled, ever.
std::uint64_t own_births() noexcept;

// Calls f(heap_state&) for each heap, under the list's lock.
template <class F>
void for_each_heap(F f);

class pass_lock {
public:
    // Blocks while another pass decides.
    pass_lock() noexcept;
    pass_lock(pass_lock const&) = delete;
    pass_lock& operator=(pass_lock const&) = delete;
    // Effects: frees what waited in limbo.
    ~pass_lock();
};

// Effects: takes committed garbage out of its shard; place is where it was seen. What is left for
//   later is to set its place to left: most of the time the node need not be touched here.
// Requires: the pass; the shard's lock.
void unlist(pass_lock const& pass, shard& locked, tracked_object& committed,
            std::size_t place) noexcept;

// For fork: no pass decides and no registry changes between before and after.
void heap_before_fork() noexcept;
void heap_after_fork_in_parent() noexcept;
void heap_after_fork_in_child() noexcept;

// ---- inline ----

std::mutex& heaps_mutex() noexcept;
heap_state* first_heap() noexcept;

template <class F>
void for_each_heap(F f) {
    std::lock_guard hold(heaps_mutex());
    for (heap_state* each = first_heap(); each != nullptr; each = each->next) {
        f(*each);
    }
}

}  // namespace handrail::detail
