// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Names of types and functions: demangled, shortened for people, and in a form in which two
// spellings of one type are equal.
//
//     demangled_type("St6vectorIiSaIiEE")  // "std::vector<int, std::allocator<int> >"
//     shortened("std::vector<int, std::allocator<int> >")  // "std::vector<int>"
//
// Names come from the inspected program and its files: they may be of any size and form. Work and
// results are bounded.
//
// Thread safety: pure functions.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handrail::inspect {

// Longer names are used as they are.
inline constexpr std::size_t max_name = 20'000;

// Returns: a symbol of C++ demangled; any other name as it is.
std::string demangled_symbol(char const* symbol);

// mangled: as std::type_info::name() returns it. Returns: empty if it is not the name of a type.
std::string demangled_type(char const* mangled);

// name: as demanglers print it. Returns: the name without the arguments that are defaults in the
//   standard library and in Asio, and without its inline namespaces: "std::string",
//   "std::map<int, net::connection>", "lambda in net::connection::start()".
std::string shortened(std::string_view name);

// Returns: the same text for two spellings of one type. Left out are spaces, suffixes of integers,
//   and parameters of the functions around local types; const comes last; the integers have one
//   name each. All lambdas are "{lambda}": equal texts with it may be of different types.
std::string normalised(std::string_view name);

inline constexpr std::string_view normalised_lambda = "{lambda}";

// Returns: the last identifier: "map" for "std::map<int, int>".
std::string_view last_identifier(std::string_view name);

}  // namespace handrail::inspect
