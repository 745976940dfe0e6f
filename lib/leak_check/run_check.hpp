// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One check of the program, from the registry to the report: the composition of the folders beside
// this file.
//
// Thread safety: may be called by any thread.

#pragma once

#include "lib/leak_check/registry/entries.hpp"

#include <handrail/leak_check.hpp>

namespace handrail::leak_check {

// Returns: the report about what was registered, was opened or went wrong from this id on, without
//   suppressed findings. Throws std::bad_alloc. Takes the registry's mutex.
report run_check(entry_id since, options const& what);

}  // namespace handrail::leak_check
