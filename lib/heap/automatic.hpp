// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// When a heap collects by itself. The cost is constant per object: a pass is posted when the
// objects have doubled since the last one, so that each birth pays for two looks at an object.

#pragma once

#include "lib/heap/registry.hpp"

#include <handrail/runner.hpp>

#include <cstddef>

namespace handrail::detail {

void set_automatic(heap_state& heap, runner where);

// A pass left so many objects.
void note_pass(heap_state& heap, std::size_t survivors) noexcept;

// Effects: posts a pass when it is time and none is posted. Called with no lock held.
void consider_pass(heap_state& heap) noexcept;

}  // namespace handrail::detail
