// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Verdicts as the findings of a report.
//
// Thread safety: none: reads debug information.

#pragma once

#include "lib/inspect/findings/judge.hpp"
#include "lib/leak_check/report/written_report.hpp"

#include <vector>

namespace handrail::inspect {

// Returns: one finding for each cause, with the count of all; the most certain first.
std::vector<leak_check::written::finding> findings_of(recognition const& look,
                                                      std::vector<verdict> const& verdicts);

}  // namespace handrail::inspect
