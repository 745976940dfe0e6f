// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One pass over a heap, and collect(), which makes as many as are needed. pass.cpp has the order of
// the steps; snapshot.cpp and suspects.cpp have the steps.
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

// A collection on this thread: while one exists, collect() does nothing on the thread. So a
// destructor of garbage that collects costs nothing, however much garbage there is.
class collecting_scope {
public:
    collecting_scope() noexcept;
    collecting_scope(collecting_scope const&) = delete;
    collecting_scope& operator=(collecting_scope const&) = delete;
    ~collecting_scope();

private:
    bool outer_;
};

// Effects: one pass; and more, up to 16, as long as destructors and cleanups make objects with
//   edges. Inside a collection on this thread, none.
collect_result collect(heap_state& heap) noexcept;

// The same for passes that nobody would make later. Inside a collection it makes one pass, whose
// garbage joins the destroy queue.
collect_result collect_even_nested(heap_state& heap) noexcept;

}  // namespace handrail::detail
