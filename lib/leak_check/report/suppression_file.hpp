// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The suppressions of the process. They apply to all its reports: check_now(), scoped_check, at
// exit. They are read at load time, since the program may change its directory later.
//
// Thread safety: read_suppressions() comes first; the others may be called by any thread.

#pragma once

#include <handrail/leak_check.hpp>

#include <string>

namespace handrail::leak_check {

// Effects: the rules in the file apply from now on; problems are reported on stderr. Called once.
//   Errors: throws std::bad_alloc.
void read_suppressions(std::string const& path);

// Effects: removes the findings that the rules hide. Errors: throws std::bad_alloc.
void suppress(report& r);

// Effects: lists, on stderr, the rules that have hidden nothing so far. Errors: throws
//   std::bad_alloc.
void warn_of_unused_suppressions();

}  // namespace handrail::leak_check
