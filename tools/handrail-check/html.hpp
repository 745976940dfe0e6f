// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Writes a page that draws each path. The page is complete: it needs neither network nor scripts.

#pragma once

#include "checked.hpp"
#include "source_files.hpp"

#include <string>

namespace handrail_check {

std::string to_html(check_result const& what, source_files& files);

}  // namespace handrail_check
