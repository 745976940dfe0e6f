// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The header of a managed object that has edges. Only these are known to their heap; an object
// without edges can be part of no cycle.
//
//  1. A node is enrolled in a shard of its heap's registry from before its constructor runs (its
//     count is 0 until then, so that no pass looks into it) until just before its destructor runs.
//  2. place and home change under the shard's lock only; candidate belongs to the pass.
//  3. The memory of a node that left while a pass was deciding waits in limbo until the pass is
//     over, so that a pass may read the header of any node it has met. See lib/heap/registry.hpp.
//
// Thread safety: as block.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace handrail::detail {

class edge_reader;
struct heap_state;
struct tracked_object;
struct shard;

// What the collector does to the edges of one class. Generated from managed_edges.
struct edge_operations {
    void (*read)(tracked_object const&, edge_reader&);  // may throw std::bad_alloc
    void (*clear)(tracked_object&) noexcept;  // nulls them; targets that are alive are released
    void (*bind)(tracked_object&) noexcept;   // tells traced members which object they are in
    void (*deallocate)(tracked_object*) noexcept;
};

struct tracked_object : object_header {
    union {
        shard* home;               // while enrolled
        tracked_object* in_limbo;  // after that: the next one that waits
    };
    std::uint32_t place = 0;               // in the shard, or one of the values below
    std::uint32_t candidate = 0xffffffff;  // number in the latest pass that met it

    static constexpr std::uint32_t left = 0xffffffff;
    static constexpr std::uint32_t left_in_pass = 0xfffffffe;

    // Effects: enrols the node. Errors: throws std::bad_alloc.
    tracked_object(object_operations const& ops, heap_state& heap) : object_header(ops) {
        enrol(*this, heap);
    }

    HANDRAIL_API static void enrol(tracked_object& fresh, heap_state& heap);
};
static_assert(sizeof(tracked_object) == 48);

HANDRAIL_API heap_state& global_heap() noexcept;

// Effects: takes the node out of its heap, before its object is destroyed.
HANDRAIL_API void leave_heap(tracked_object& ending) noexcept;

// Effects: frees the node's memory, or leaves that to the pass that may still read its header.
HANDRAIL_API void free_tracked(tracked_object* ended) noexcept;

// The words of edges, as a pass collects them.
class HANDRAIL_API edge_reader {
public:
    // seq_cst: with the flag of a running pass; see lib/heap/registry.hpp, rule 3.
    void add(std::atomic<std::uintptr_t> const& edge) {
        if (auto const word = edge.load(); (word & is_tracked) != 0) {
            if (next_ == end_) {
                grow();
            }
            *next_++ = reinterpret_cast<tracked_object*>(word & ~is_tracked);
        }
    }
    // A container could not be locked: its object counts as alive.
    void skip() noexcept { complete_ = false; }

    // Marks, in the word of an edge, a target that has edges itself. Others are of no interest to
    // a pass, which must not look at them: nothing keeps their memory.
    static constexpr std::uintptr_t is_tracked = 2;

protected:
    edge_reader() = default;
    edge_reader(edge_reader const&) = delete;
    edge_reader& operator=(edge_reader const&) = delete;
    ~edge_reader() = default;

    // Effects: makes room for more.
    virtual void grow();

    tracked_object** first_ = nullptr;
    tracked_object** next_ = nullptr;
    tracked_object** end_ = nullptr;
    bool complete_ = true;
};

// While one exists, managed objects whose count drops to 0 on this thread wait; they end when the
// outermost one goes. Guards of traced containers hold one, so that no destructor runs under their
// lock.
class held_ends {
public:
    HANDRAIL_API held_ends() noexcept;
    held_ends(held_ends const&) = delete;
    held_ends& operator=(held_ends const&) = delete;
    HANDRAIL_API ~held_ends();

private:
    bool outermost_;
};

}  // namespace handrail::detail
