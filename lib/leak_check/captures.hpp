// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Findings about registrations: cleanups that hold what they wait for.

#pragma once

#include "lib/leak_check/registry.hpp"

#include <vector>

namespace handrail::leak_check {

// Requires: the registry is locked.
// Returns: HR001, HR002, HR003 and HR004 of the registrations that there are, without those that
//   involve none made after since: one finding for each strongly connected component, then one for
//   each pointer and each weak reference. Throws std::bad_alloc.
std::vector<finding> find_captures(registry const& all, number since);

}  // namespace handrail::leak_check
