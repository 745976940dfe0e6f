// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Distinguishes std::shared_ptr and std::weak_ptr. Both have one layout: a pointer to the object
// and one to its control block. But the control block counts both kinds, and drop_weak() assigns
// the counts to the references found. For each object, in this order:
//
//  1. Without weak references to it, all are strong.
//  2. The first reference in the object itself is the weak one of std::enable_shared_from_this.
//  3. References in a cleanup are as many strong and as many weak ones as the copy of its payload
//     has shown (copy_comparison.hpp), if the counts still allow that.
//  4. Of the others: if a source has no more of them than there are weak references left, all may
//     be weak, and are dropped. If all sources together have more left than there are strong
//     references, some are stale; nothing shows which, and all are dropped.
//
// So a reference that is not dropped is strong, or the source has another one that is.
//
// Requires: a frozen copy. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/memory/scratch.hpp"
#include "lib/leak_check/scan/scan_result.hpp"

#include <span>

namespace handrail::leak_check {

// Effects: marks as dropped the references to objects of std::shared_ptr that are weak, or may be.
// Requires: those of one source are adjacent.
void drop_weak(scratch& memory, graph const& g, std::span<scanned_reference> found);

}  // namespace handrail::leak_check
