// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Chunks of glibc's malloc that have a mapping of their own, as large blocks do. The system joins
// mappings that lie beside each other, so each page may be the beginning of one.

#pragma once

#include "lib/inspect/heap/heap_blocks.hpp"

#include <span>
#include <vector>

namespace handrail::inspect {

// Effects: appends the blocks with mappings of their own outside `arenas`, which are sorted.
void find_mapped_chunks(memory const& in, std::span<extent const> arenas,
                        std::vector<heap_block>& in_use);

}  // namespace handrail::inspect
