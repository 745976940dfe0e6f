// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Draws a path inside an HTML page: one box for each thing, from the resource down, and for a cycle
// an arrow back to the top. The page defines the colours (html_style.hpp).

#pragma once

#include "graph.hpp"

#include <cstddef>
#include <string>

namespace handrail_check {

// number: of the finding; makes names unique in the page.
std::string to_svg(chain const& c, std::size_t number);

}  // namespace handrail_check
