// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// From the graph to what is wrong with it: one cycle for each strongly connected component, and the
// references that keep nothing alive.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/memory/scratch.hpp"

namespace handrail::leak_check {

// Effects: adds the cycles, without those that involve nothing made after since: those of precise
//   arcs first; then those of all arcs, where no precise one has been found. Cycles of equal steps
//   are one, with a count.
void find_cycles(scratch& memory, graph const& g, entry_id since, raw_findings& found);

// Effects: adds what probes and types told of weak references and pointers to the own resource, of
//   registrations made after since.
void find_self_references(graph const& g, entry_id since, raw_findings& found);

}  // namespace handrail::leak_check
