// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The end of managed objects, as the collector needs it.

#pragma once

#include <handrail/detail/node.hpp>

#include <span>

namespace handrail::detail {

// Effects: nulls the edges of garbage, then ends it, on this thread. Calls user code.
// Requires: nobody else has the objects; they have no count and no place in their heap.
void end_garbage(std::span<node* const> garbage) noexcept;

}  // namespace handrail::detail
