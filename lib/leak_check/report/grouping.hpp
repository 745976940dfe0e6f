// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Findings of one check may be equal: events, open handles, and cycles that the graph keeps apart
// because addresses or registrations differ (cycles.cpp merges those with one key).
//
// Thread safety: a pure function.

#pragma once

#include <handrail/leak_check.hpp>

#include <vector>

namespace handrail::leak_check {

// Returns: one finding for each fingerprint, grade and files of the path, with the count of all:
//   the first that is leaked now, or else the first. The most certain come first. Throws
//   std::bad_alloc.
std::vector<finding> grouped(std::vector<finding> all);

}  // namespace handrail::leak_check
