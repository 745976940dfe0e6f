// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The byte pass: a second opinion on what holds what, from memory alone. It reads the payload of
// each registered cleanup and each object that the graph knows, word by word, and follows words
// that are exactly the beginning of something; words that point elsewhere into the heap are common
// by chance and mean nothing.
//
// What a word may begin, and what that means:
//   a managed block, followed by a pointer into its object   a shared: keeps the object alive
//   a control block, after a pointer to its object           a std::shared_ptr, or a std::weak_ptr
//   an object, a handle                                      a pointer: keeps nothing alive
//   a managed block, one past the beginning                  a weak: the same
//   another heap block                                       opaque: what lies in it is read, too
//
//  1. An opaque block belongs to the one source that reaches it. If its address lies anywhere else,
//     in another source, in static memory, on the stack, it may belong to neither, and nothing that
//     leads through it counts: one of the two is a plain pointer, or stale. Elements of containers
//     are told by their structure, what belongs to a cleanup also by its copy (copies.hpp).
//  2. Of a std::vector or std::deque only the elements are read: what else lies in their blocks is
//     stale.
//  3. A guard's own words are passed over: they lead to the cleanups, which the registry knows, and
//     into Asio.
//  4. A std::weak_ptr has the layout of a std::shared_ptr: strong_or_weak.hpp.
//
// Requires: a world that stands still: a frozen copy. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/graph/raw_findings.hpp"

#include <span>

namespace handrail::leak_check {

// Memory outside of the heap.
struct static_memory {
    std::span<port::segment const> modules;
    port::segment stack;  // of the thread that asked
};

// Effects: adds to the graph what the bytes tell, and to found the pointers from cleanups into
//   their own resource, of registrations made after since, and how many registrations are opaque.
void conservative_scan(scratch& memory, registry const& all, graph& g, static_memory const& rest,
                       entry_id since, raw_findings& found);

}  // namespace handrail::leak_check
