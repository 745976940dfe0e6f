// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the scanner has found in memory, before anything is decided. A source is an object of the
// graph or the payload of a registration; the scanner numbers them in the order in which it reads
// them.
//
//  1. An untyped block belongs to the source that reached it first.
//  2. A block comes after the block through which it was reached (its parent), so that one pass
//     from the first to the last carries what holds for a parent to its children.
//  3. References of one source are adjacent.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/memory/scratch.hpp"
#include "lib/leak_check/scan/ownership.hpp"

#include <cstddef>
#include <cstdint>

namespace handrail::leak_check {

inline constexpr std::uint32_t no_block = UINT32_MAX;

// A heap block that is not a node, reached from a source.
struct untyped_block {
    std::uintptr_t begin = 0, end = 0;  // of the part that is scanned
    std::uint32_t source = 0;
    std::uint32_t parent = no_block;  // the block that refers to it; no_block: the source itself
    std::ptrdiff_t first_offset = 0;  // in the source, of the first pointer on the way to it
    std::uint32_t depth = 1;          // blocks on the way, with this one
    ownership confidence = ownership::likely;
    bool ambiguous = false;  // something else may own it
};

// A counted reference. It is taken to be strong until that is known to be wrong.
struct scanned_reference {
    leak_check::arc arc;
    std::uint32_t source = 0;
    std::uint32_t block = no_block;  // in which it lies; no_block: in the source itself
    bool to_shared_ptr = false;      // std::shared_ptr or std::weak_ptr: strong_or_weak.hpp decides
    bool settled = false;            // the payload's copy has decided that
    bool dropped = false;            // is weak, or may be, or lies in an ambiguous block
};

// A counted reference that the copy probe has seen, found again in the payload.
struct scanned_copy {
    std::size_t arc = 0;             // index in the graph
    std::uint32_t block = no_block;  // in which it lies; no_block: in the payload itself
};

// A pointer, or a weak reference of handrail's, in a cleanup.
struct scanned_pointer {
    registration_entry const* registration = nullptr;
    node_id target = no_node;
    std::uint32_t block = no_block;  // in which it lies; no_block: in the payload itself
    std::ptrdiff_t offset = -1;      // in the block or payload
    bool weak = false;
};

struct scan_result {
    scratch_vector<untyped_block> blocks;
    scratch_vector<scanned_reference> references;
    scratch_vector<scanned_copy> copies;
    scratch_vector<scanned_pointer> pointers;
    scratch_vector<node_id> source_nodes;  // by source; no_node: a registration
    // Registrations that could not be examined completely: they refer to heap memory about which
    // nothing is known or, without a block map, were probed incompletely.
    std::size_t opaque = 0;

    explicit scan_result(scratch& memory)
        : blocks(memory),
          references(memory),
          copies(memory),
          pointers(memory),
          source_nodes(memory) {}
};

}  // namespace handrail::leak_check
