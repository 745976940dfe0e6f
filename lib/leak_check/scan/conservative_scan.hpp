// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The conservative scan finds references in memory that no type and no probe has shown. As a
// conservative garbage collector does, it reads memory word by word and takes a word for a
// reference if it has the value of an address. It reads the payload of each registered cleanup and
// each object of the graph. Unlike a collector it must not report too much: a word counts only if
// it is exactly the address at which something begins. Interior pointers are common by chance and
// are ignored.
//
// What may begin at a word's value, and what the word then is:
//
//   a managed header, followed by a pointer into its object   a shared: keeps the object alive
//   a control block, after a pointer to its object            a std::shared_ptr or std::weak_ptr
//   an object, a handle                                       a pointer: keeps nothing alive
//   a managed header, tagged (weak_tag)                       a weak: keeps nothing alive
//   another heap block                                        untyped: the scan reads it, too
//
//  1. An untyped block belongs to the one source that reaches it, and what lies in it is the
//     source's. If its address lies anywhere else, it is ambiguous, and nothing that leads through
//     it counts (ambiguity.hpp), unless its ownership is proven (ownership.hpp).
//  2. Of a std::vector or std::deque only the elements are read: what else lies in their blocks is
//     stale (containers.hpp).
//  3. The words of a handle's guard are skipped: they lead to its cleanups, which the registry
//     knows, and into Asio.
//  4. std::weak_ptr has the layout of std::shared_ptr. strong_or_weak.hpp distinguishes them.
//
// The steps, all in the frozen copy (frozen_search.cpp calls this), in scratch memory:
//
//   address_index           what begins where, from the graph, the registry and the heap's blocks
//   scanner                 reads memory: untyped blocks, references, pointers (scan_result.hpp)
//   mark_ambiguous_blocks   which blocks have no certain owner
//   evaluation              the rest becomes arcs in the graph, and back references in the raw
//                           findings; references of the copy probe that the scan has not found
//                           become possible
//
// Requires: a frozen copy: no other thread runs, memory does not change. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/scan/ambiguity.hpp"

namespace handrail::leak_check {

// Effects: adds to the graph the objects of std::shared_ptr and the possible arcs that memory
//   shows, and makes those arcs possible that only the copy probe shows; adds to found the back
//   references of registrations whose id is since or newer, one for each registration at most, and
//   how many registrations are opaque. Throws as scratch does.
void conservative_scan(scratch& memory, registry const& all, graph& g, root_memory const& roots,
                       entry_id since, raw_findings& found);

}  // namespace handrail::leak_check
