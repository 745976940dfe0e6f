// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Recognisers of libstdc++'s containers. Each knows one container by the words of its object, and
// names the heap blocks that the container owns, and which part of each holds elements: what lies
// elsewhere in a block is stale. A further container is a function like these and an entry in the
// table of containers.cpp.
//
// The nodes of std::list, std::map and their relatives need no recogniser: ownership.hpp.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/memory/window.hpp"

#include <cstddef>
#include <cstdint>

namespace handrail::leak_check {

// The part of the scanner that recognisers call.
class container_blocks {
public:
    // Returns: the size of the heap block that begins there; 0 if none does, or if the scan has
    //   reached it before, or if it is not an untyped block.
    virtual std::size_t new_block(std::uintptr_t begin) = 0;
    // Effects: the container owns the block; the scan will read it from live_begin to live_end.
    virtual void add(std::uintptr_t begin, std::uintptr_t live_begin, std::uintptr_t live_end) = 0;

protected:
    ~container_blocks() = default;
};

// Requires: a new block begins at words[0]. Returns: whether a container was recognised; its blocks
//   have been added.
bool recognise_container(window const& words, container_blocks& blocks);

}  // namespace handrail::leak_check
