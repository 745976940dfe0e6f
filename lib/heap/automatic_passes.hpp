// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// When a heap is collected automatically: a pass is posted to a runner when the number of tracked
// objects has doubled since the last pass. So the cost is constant per object: on average, a pass
// examines two objects for each one that is made.

#pragma once

#include "lib/heap/heap_state.hpp"

#include <handrail/runner.hpp>

#include <cstddef>

namespace handrail::detail {

// Effects: passes are posted to the runner from now on; without a runner, none are.
// Allocates: nothing.
void set_automatic(heap_state& heap, runner target) noexcept;

// Effects: sets how many objects make the next pass due. Call when a pass has decided, with the
//   number of objects that survived it.
void plan_next_pass(heap_state& heap, std::size_t survivors) noexcept;

// Effects: posts a pass when one is due and none is posted. Requires: no lock is held.
void post_pass_if_due(heap_state& heap) noexcept;

}  // namespace handrail::detail
