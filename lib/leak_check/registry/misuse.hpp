// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Findings of one moment: what a program did wrong with a handle or in a cleanup.

#pragma once

#include "lib/leak_check/registry/registry.hpp"

#include <chrono>
#include <cstddef>
#include <source_location>
#include <string>

namespace handrail::leak_check {

// HR010: guard closes what is not there any more.
finding double_close(guard_entry const& guard);
// HR010: guard closes what now belongs to owner (null: it is not known any more).
finding stranger_closed(guard_entry const& guard, guard_entry const* owner);
// HR011.
finding used_after_close(guard_entry const& guard, std::string const& operation);
// HR012: gone: nothing is open under its number any more.
finding replaced(guard_entry const& guard, bool gone);
// HR020.
finding still_open(guard_entry const& guard);
// HR003, refused by add_cleanup.
finding refused_pointer(std::string resource, std::source_location where);
// HR005: a class has an edge, offset bytes into it, that its managed_edges does not name.
finding undeclared_edge(std::string const& type, std::size_t offset);
// HR030.
finding slow_cleanup(std::source_location where, std::chrono::nanoseconds time);
// HR031.
finding cleanup_threw_at(std::source_location where);

}  // namespace handrail::leak_check
