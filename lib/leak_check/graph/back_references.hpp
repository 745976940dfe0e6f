// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Back references: weak references and plain pointers from a cleanup to its own resource, or to the
// object around that. They keep nothing alive; but when the cleanup runs, the weak reference is
// empty and the pointer dangles. These are the ones that probes and argument types have reported;
// the conservative scan adds those that it finds in memory (scan_result.hpp).
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/graph/raw_findings.hpp"

namespace handrail::leak_check {

// Effects: adds to found those of registrations whose id is since or newer.
void find_back_references(graph const& g, entry_id since, raw_findings& found);

}  // namespace handrail::leak_check
