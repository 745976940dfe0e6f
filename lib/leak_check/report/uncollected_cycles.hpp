// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// HR021: cycles that are garbage at exit because nothing ever collects.

#pragma once

#include "lib/heap/uncollected_components.hpp"

#include <handrail/leak_check.hpp>

#include <vector>

namespace handrail::leak_check {

// Returns: one finding per kind of cycle, with a count. Its path is that of the first of the kind.
std::vector<finding> findings_of_garbage(std::vector<detail::uncollected_component> found);

// The same about the garbage of the program.
std::vector<finding> uncollected_cycles();

}  // namespace handrail::leak_check
