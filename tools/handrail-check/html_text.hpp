// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Text inside HTML and SVG.
//
// Thread safety: pure functions.

#pragma once

#include <string>
#include <string_view>

namespace handrail_check {

// Returns: the text, printable and escaped, for elements and for attributes in quotes.
std::string html(std::string_view text);

}  // namespace handrail_check
