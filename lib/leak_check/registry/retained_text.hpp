// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Copies of what lies in a program's modules: names of kinds and types, source locations. A report
// needs them long after they were seen, and the module may have been closed with dlclose() since.
// Equal ones are kept once and for good, so that reports which were handed out stay valid; there
// are as many as call sites and types.
//
// Thread safety: none; the registry's lock covers it.

#pragma once

#include <source_location>

namespace handrail::leak_check {

// Returns: text, in memory of the library; null for null. Requires: text is mapped now. Throws
//   std::bad_alloc.
char const* retain(char const* text);
// The same for a location, its file and function.
std::source_location retain(std::source_location where);

}  // namespace handrail::leak_check
