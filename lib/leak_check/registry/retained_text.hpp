// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Retained copies of text and source locations that lie in a program's modules: kinds, names of
// types, operations. Reports need them later, when dlclose() may have unloaded the module. Equal
// texts share one copy, which is never freed, so that reports stay valid. There are no more copies
// than call sites and types.
//
// Thread safety: none; the registry's mutex protects it.

#pragma once

#include <source_location>

namespace handrail::leak_check {

// Returns: the copy of the text; null for null. Equal texts have one address. Requires: the text's
//   module is loaded. Throws std::bad_alloc.
char const* retain(char const* text);
// The same for a location with its file and function.
std::source_location retain(std::source_location where);

}  // namespace handrail::leak_check
