// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Builds and searches the graph in the program itself, at level handles or where the system allows
// no frozen copy (else: scan/frozen_search.hpp). It shows what probes, types and addresses show,
// without edges and without the conservative scan. Other threads run on, and only the registry's
// lock keeps what this reads.
//
// Thread safety: under the registry's lock.

#pragma once

#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/memory/scratch.hpp"
#include "lib/leak_check/registry/registry.hpp"

namespace handrail::leak_check {

// Effects: adds what is found of registrations whose id is since or newer; sets the counts.
// Requires: the registry is locked. Throws as scratch does.
void search_in_process(scratch& memory, registry const& all, entry_id since, raw_findings& found);

}  // namespace handrail::leak_check
