// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The suppressions of the process, which hold for every report of it: check_now(), scoped_check, at
// exit. They are read at load time: the program may change its directory.
//
// Thread safety: read_suppressions() comes first; the others may be called by any thread.

#pragma once

#include <handrail/leak_check.hpp>

#include <string>

namespace handrail::leak_check {

// Effects: the rules in the file hold from now on; what is wrong with it is told on stderr. Called
//   once. Errors: throws std::bad_alloc.
void read_suppressions(std::string const& path);

// Effects: takes what they hide out of the report. Errors: throws std::bad_alloc.
void suppress(report& r);

// Effects: names on stderr the rules that have hidden nothing so far. Errors: throws
//   std::bad_alloc.
void tell_unused_suppressions();

}  // namespace handrail::leak_check
