// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Spells the names of types, functions and variables from their entries as the demangler spells
// them. The compilers' own spellings of template arguments differ from each other.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/types/dwarf_reading.hpp"

#include <string>

namespace handrail::inspect {

class dwarf_index;

// Returns: with all scopes and template arguments:
//   "std::vector<int, std::allocator<int> >", "net::registry::instance()::one",
//   "lambda at session.cpp:17". Functions have "()" for their parameters. At most about max_name.
std::string full_name(dwarf_index const& index, Dwarf_Die const& entry);

// Whether the type is that of a lambda expression.
bool is_lambda(Dwarf_Die const& type);

}  // namespace handrail::inspect
