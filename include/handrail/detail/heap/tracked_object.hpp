// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// tracked_object: the header of a managed object whose class has edges. Heaps know only these: an
// object without edges cannot be part of a cycle.
//
//  1. A tracked object is a member of a shard of its heap from before its constructor runs until
//     just before its destructor runs or, if it is garbage, until the pass that decided so is over.
//     Its count is 0 while the constructor runs, so that no pass reads its edges then.
//  2. While the object is a member of a shard, shard_index and home change only under the shard's
//     lock; candidate_index belongs to the pass.
//  3. If a pass is deciding when an object ends, its memory is kept in limbo until that pass is
//     over (lib/heap/limbo.hpp).
//
// Thread safety: as object_header.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <cstdint>

namespace handrail::detail {

class edge_reader;
struct heap_state;
struct shard;
struct tracked_object;

// What the collector does to the edges of one class. Generated from managed_edges.
struct edge_operations {
    void (*read)(tracked_object const&, edge_reader&);  // may throw std::bad_alloc
    void (*clear)(tracked_object&) noexcept;            // nulls them; releases live targets
    void (*free)(tracked_object*) noexcept;             // frees the memory, which no pass may read
};

struct tracked_object : object_header {
    union {
        shard* home;               // while it is a member of a shard
        tracked_object* in_limbo;  // afterwards: the next one in limbo
    };
    std::uint32_t shard_index = 0;  // among the shard's members, or one of the values below
    std::uint32_t candidate_index = 0xffffffff;  // in the snapshot of the last pass that listed it

    // It has left its shard. removed_for_limbo: by itself while a pass decided, so that its memory
    // goes to limbo.
    static constexpr std::uint32_t removed = 0xffffffff;
    static constexpr std::uint32_t removed_for_limbo = 0xfffffffe;
    static bool has_left_shard(std::uint32_t index) noexcept { return index >= removed_for_limbo; }

    // Errors: throws std::bad_alloc.
    tracked_object(object_operations const& ops, heap_state& heap) : object_header(ops) {
        add_to_heap(*this, heap);
    }

    HANDRAIL_API static void add_to_heap(tracked_object& fresh, heap_state& heap);
};
static_assert(sizeof(tracked_object) == 48);

// Effects: removes the object from its heap, before it is destroyed. Does nothing if a pass has
//   done so.
HANDRAIL_API void remove_from_heap(tracked_object& ending) noexcept;

// Effects: frees the memory, or puts it in limbo for the pass that may still read the header.
HANDRAIL_API void free_tracked(tracked_object* ended) noexcept;

// The heap of make<T>. Defined in lib/heap/heap_state.cpp.
HANDRAIL_API heap_state& global_heap() noexcept;

}  // namespace handrail::detail
