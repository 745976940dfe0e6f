// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Who keeps whom alive, as far as registrations tell, and the cycles in it.
//
// Nodes are owners: handles and managed objects. An edge says that its source does not end before its target does:
//   owner -> object    a cleanup of the owner holds a counted reference to the object
//   object -> handle   the handle lies in the object's memory
// A cycle is a resource that waits for itself. Each strongly connected component is one finding: its shortest cycle.

#pragma once

#include "lib/leak_check/registry.hpp"

#include <vector>

namespace handrail::leak_check {

// Requires: the registry is locked. Returns: HR001, HR002, HR003 and HR004 of the registrations, those that
// involve none made after since left out. Throws std::bad_alloc.
std::vector<finding> find_captures(registry const& all, number since);

}  // namespace handrail::leak_check
