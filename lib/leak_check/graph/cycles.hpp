// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cycles of the retention graph, as raw findings: a finding about a cyclic component shows one
// short cycle of it (component_findings.hpp).
//
//  1. The graph of the precise arcs alone is searched first. Components that the possible arcs of
//     the conservative scan complete are reported unless they have a node that is reported already.
//  2. Cycles of equal steps are one raw cycle with a count; cleanups of one line are equal. It
//     shows the subject and the numbers of a cycle that is leaked now, if one of them is; else
//     those of the first.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/memory/scratch.hpp"

namespace handrail::leak_check {

// Effects: adds the cycles to found, except those of components whose newest registration is older
//   than since (without a registration: whose newest node is). Throws as scratch does.
void find_cycles(scratch& memory, graph const& g, entry_id since, raw_findings& found);

}  // namespace handrail::leak_check
