// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A page that draws each path. It needs nothing but itself: no network, no script.

#pragma once

#include "checked.hpp"
#include "source_files.hpp"

#include <string>

namespace handrail_check {

std::string to_html(checked const& what, source_files& files);

}  // namespace handrail_check
