// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/registry.hpp"

#include "lib/base/no_destroy.hpp"
#include "lib/heap/automatic.hpp"
#include "lib/heap/limbo.hpp"

#include <memory>
#include <utility>

namespace handrail::detail {

namespace {

constinit no_destroy<heap_state> global_state;

constinit std::mutex list_mutex;
constinit heap_state* other_heaps = nullptr;

constinit std::mutex pass_mutex;

struct enrolment {
    unsigned shard = 0;  // plus 1; 0: not chosen
    std::uint64_t births = 0;
};
thread_local constinit enrolment own;
constinit std::atomic<unsigned> threads{0};

// Threads take shards in turn, so that few share one.
shard& own_shard(heap_state& heap) noexcept {
    if (own.shard == 0) {
        own.shard = 1 + threads.fetch_add(1, std::memory_order_relaxed) % heap.shards.size();
    }
    return heap.shards[own.shard - 1];
}

// The last member takes the place of the one that leaves.
void remove(shard& locked, std::size_t place) noexcept {
    tracked_object* const last = locked.members.back();
    if (place != locked.members.size() - 1) {
        locked.members[place] = last;
        // relaxed, atomic: leave_heap looks without the lock.
        std::atomic_ref(last->place)
            .store(static_cast<std::uint32_t>(place), std::memory_order_relaxed);
    }
    locked.members.pop_back();
}

}  // namespace

heap_state& global_heap() noexcept { return *global_state; }
std::mutex& heaps_mutex() noexcept { return list_mutex; }
heap_state* first_heap() noexcept {
    global_state->next = other_heaps;
    return &*global_state;
}
std::uint64_t own_births() noexcept { return own.births; }

void tracked_object::enrol(tracked_object& fresh, heap_state& heap) {
    shard& home = own_shard(heap);
    std::size_t size = 0;
    {
        std::lock_guard hold(home.mutex);
        home.members.push_back(&fresh);
        size = home.members.size();
        fresh.place = static_cast<std::uint32_t>(size - 1);
        fresh.home = &home;
    }
    ++own.births;
    // Not at every birth: the members of all shards are counted.
    if (size % 64 == 0 && heap.automatic.load(std::memory_order_relaxed)) {
        consider_pass(heap);
    }
}

void leave_heap(tracked_object& ending) noexcept {
    // relaxed: another end may give a member another place, but only a pass takes it out, and that
    // one hands it over.
    if (std::atomic_ref(ending.place).load(std::memory_order_relaxed) >=
        tracked_object::left_in_pass) {
        return;  // garbage
    }
    shard& home = *ending.home;
    bool last_survivor = false;
    {
        std::lock_guard hold(home.mutex);
        remove(home, ending.place);
        ending.place = pass_is_active() ? tracked_object::left_in_pass : tracked_object::left;
        last_survivor = home.members.empty() && std::exchange(home.keeps_heap, false);
    }
    if (last_survivor) {
        drop_heap(*home.heap);
    }
}

void unlist(pass_lock const&, shard& locked, tracked_object& committed,
            std::size_t place) noexcept {
    bool const moved = place >= locked.members.size() || locked.members[place] != &committed;
    remove(locked, moved ? committed.place : place);
}

void free_tracked(tracked_object* ended) noexcept {
    if (ended->place != tracked_object::left_in_pass || !put_in_limbo(*ended)) {
        ended->operations->edges->deallocate(ended);
    }
}

void list_heap(heap_state& fresh) noexcept {
    std::lock_guard hold(list_mutex);
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
        std::lock_guard hold(list_mutex);
        (heap.previous != nullptr ? heap.previous->next : other_heaps) = heap.next;
        if (heap.next != nullptr) {
            heap.next->previous = heap.previous;
        }
    }
    delete &heap;
}

void orphan_heap(heap_state& heap) noexcept {
    for (shard& each : heap.shards) {
        std::lock_guard hold(each.mutex);
        if (!each.members.empty()) {
            each.keeps_heap = true;
            heap.references.fetch_add(1, std::memory_order_relaxed);
        }
    }
    drop_heap(heap);
}

void drop_emptied(heap_state& heap) noexcept {
    for (shard& each : heap.shards) {
        bool emptied = false;
        {
            std::lock_guard hold(each.mutex);
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
        std::lock_guard hold(each.mutex);
        sum += each.members.size();
    }
    return sum;
}

pass_lock::pass_lock() noexcept {
    pass_mutex.lock();
    open_limbo();
}

pass_lock::~pass_lock() {
    tracked_object* const waiting = close_limbo();
    pass_mutex.unlock();
    free_limbo(waiting);
}

void heap_before_fork() noexcept {
    pass_mutex.lock();
    list_mutex.lock();
    for (heap_state* heap = first_heap(); heap != nullptr; heap = heap->next) {
        for (shard& each : heap->shards) {
            each.mutex.lock();
        }
    }
    lock_limbo();
}

// The threads of runners are the parent's.
void heap_after_fork_in_child() noexcept {
    for (heap_state* heap = first_heap(); heap != nullptr; heap = heap->next) {
        heap->automatic.store(false, std::memory_order_relaxed);
        for (shard& each : heap->shards) {
            each.mutex.forget_waiters();
        }
    }
    heap_after_fork_in_parent();
}

void heap_after_fork_in_parent() noexcept {
    unlock_limbo();
    for (heap_state* heap = first_heap(); heap != nullptr; heap = heap->next) {
        for (shard& each : heap->shards) {
            each.mutex.unlock();
        }
    }
    list_mutex.unlock();
    pass_mutex.unlock();
}

}  // namespace handrail::detail
