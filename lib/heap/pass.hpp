// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One pass over a heap. Deciding and ending are apart: while a pass decides, nothing of the user
// runs; when destructors run, the pass is over and another may decide.

#pragma once

#include "lib/heap/suspects.hpp"

#include <handrail/heap/heap.hpp>

namespace handrail::detail {

struct decision {
    garbage found;
    collect_result figures;
};

// Errors: throws std::bad_alloc; then nothing has changed.
decision decide(heap_state& heap);

// Effects: the last part of a decision, after all commits: takes the garbage out.
decision take_decision(pass_lock const& pass, snapshot& marked, suspects& decided) noexcept;

// Effects: one pass, and more while destructors and cleanups leave new cycles behind.
collect_result collect(heap_state& heap) noexcept;

}  // namespace handrail::detail
