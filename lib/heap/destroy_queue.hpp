// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The end of managed objects, as the collector needs it.

#pragma once

#include "lib/heap/suspects.hpp"

namespace handrail::detail {

// Effects: nulls the edges of garbage, then ends it, on this thread. Calls user code.
void end_garbage(garbage const& found) noexcept;

}  // namespace handrail::detail
