// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Ambiguous blocks: untyped blocks that something besides the source that reached them may own. An
// address of the block lies elsewhere: on the stack, in static memory, in a heap block that no
// source reaches, or in another source (scanner::reach_again). One of the two is a plain pointer or
// a stale word; memory does not show which.
//
//  1. A block whose ownership is proven is not ambiguous, wherever else its address lies.
//  2. Stale words are common on a stack: it makes ambiguous only what is owned doubtfully.
//  3. A block that turned out to be an object of std::shared_ptr is ambiguous: references to its
//     control block own it.
//  4. What an ambiguous block refers to is ambiguous.
//
// Requires: a frozen copy. Thread safety: none.

#pragma once

#include "lib/leak_check/scan/address_index.hpp"
#include "lib/leak_check/scan/scan_result.hpp"
#include "platform/port.hpp"

#include <span>

namespace handrail::leak_check {

// Memory outside of the heap.
struct root_memory {
    std::span<port::segment const> modules;
    port::segment stack;  // of the thread that asked for the check
};

// Effects: marks the ambiguous blocks. Requires: the scan is complete.
void mark_ambiguous_blocks(address_index const& index, root_memory const& roots,
                           scan_result& found);

}  // namespace handrail::leak_check
