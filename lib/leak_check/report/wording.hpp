// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Makes findings of raw findings: names and advice for cycles and references.
//
// Thread safety: under the registry's lock.

#pragma once

#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/registry/registry.hpp"

#include <handrail/leak_check.hpp>

#include <vector>

namespace handrail::leak_check {

// Returns: HR001, HR002 and HR005, one for each cycle; HR003 and HR004, one for each reference.
//   Without those whose subject has ended since they were found. Throws std::bad_alloc.
std::vector<finding> findings_of_graph(registry const& all, raw_findings const& found);

// Returns: how many equal cycles are not in findings_of_graph(), although they may exist, because
//   the one that was to be shown for all has ended.
std::size_t count_lost_cycles(registry const& all, raw_findings const& found);

}  // namespace handrail::leak_check
