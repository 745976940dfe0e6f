// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Run-time type information in the memory of an inspected program (Itanium C++ ABI, 2.5 and 2.9):
// needs no symbols.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <string>
#include <vector>

namespace handrail::inspect {

// vptr: what objects would have as their first word. Returns: the class whose vtable it points to,
//   demangled in full; empty if it points to no vtable.
std::string class_by_vtable(memory const& in, address vptr);

// Returns: addresses of the virtual functions at the beginning of the vtable.
std::vector<address> virtual_functions(memory const& in, address vptr);

}  // namespace handrail::inspect
