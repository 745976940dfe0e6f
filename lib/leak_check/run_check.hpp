// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One check of the program, from the registry to the report: the composition of the folders beside
// this file, and the only entry to them. The retention graph is searched in one of two ways:
//
//   scan/frozen_search        in a frozen copy of the program, with edges and the conservative
//                             scan; at level full
//   graph/in_process_search   in the program itself, without these; at level handles, and where the
//                             system allows no copy
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
