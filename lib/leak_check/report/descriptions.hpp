// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How reports name things: handles, managed objects, types, source locations.
//
// Thread safety: functions of registry and entries under the registry's mutex; the others are pure.

#pragma once

#include "lib/leak_check/registry/registry.hpp"

#include <handrail/leak_check.hpp>

#include <source_location>
#include <string>

namespace handrail::leak_check {

// Returns: "file 7 \"cfg.toml\"".
std::string describe(handle_facts const& handle);
std::string describe(guard_entry const& handle);
// Returns: if the owner is a handle, what that is called, by the name of the managed object if it
//   has one; else the object's type, "session", "session with file 7 \"cfg.toml\"".
std::string describe(owner_facts const& owner);
std::string describe(registry const& all, object_entry const& object);

// Returns: "app.cc:41".
std::string location_text(std::source_location where);
// Returns: the same with the column, which tells two calls on one line apart: for fingerprints.
std::string location_key_text(std::source_location where);
// Returns: "cleanup at app.cc:41".
std::string cleanup_at(std::source_location where);
// Returns: the type's name as in source code.
std::string type_text(char const* mangled);

// Returns: a step that stands for so many omitted ones.
step omission_of(std::size_t steps);

// Effects: the finding says where, when and by which frames the handle was opened.
void add_opening(finding& f, handle_facts const& handle, clock::time_point now);

}  // namespace handrail::leak_check
