// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One pass over a heap, and collect(), which makes as many as are needed. pass.cpp is the
// algorithm.
//
// A pass first decides what is garbage, then ends it. While it decides, neither destructors nor
// cleanups run; the only user code is what pass_lock.hpp names.
// When the destructors run, the pass is over and another one may decide.

#pragma once

#include "lib/heap/garbage.hpp"
#include "lib/heap/suspects.hpp"

#include <handrail/heap/heap.hpp>

namespace handrail::detail {

struct decision {
    garbage found;
    collect_result figures;
};

// Returns: the garbage of the heap, which the caller ends. Errors: throws std::bad_alloc; then
//   nothing has changed.
decision decide(heap_state& heap);

// The last part of a decision. Effects: removes the garbage from its shards.
// Requires: every component is committed or revived.
decision complete_decision(pass_lock const& pass, snapshot& marked, suspects& decided) noexcept;

// Effects: one pass; and more, up to 16, as long as destructors and cleanups make objects with
//   edges.
collect_result collect(heap_state& heap) noexcept;

}  // namespace handrail::detail
