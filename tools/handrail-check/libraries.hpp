// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Libraries that the tool preloads into programs.

#pragma once

#include <string>

namespace handrail_check {

// Returns: the file of the library, installed with the tool or in the tool's build directory; empty
//   if there is none.
std::string block_map_library();
std::string preload_library();

}  // namespace handrail_check
