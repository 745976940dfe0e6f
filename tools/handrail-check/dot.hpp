// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Writes the paths as a graph for Graphviz: one cluster for each finding.

#pragma once

#include "checked.hpp"

#include <string>

namespace handrail_check {

std::string to_dot(check_result const& what);

}  // namespace handrail_check
