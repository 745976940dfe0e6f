// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One look at an inspected program: from its memory to a report.
//
//     written::report const r = look_at(*stop_process(4711), {});
//
// Thread safety: none.

#pragma once

#include "lib/inspect/target/target.hpp"
#include "lib/leak_check/report/written_report.hpp"

namespace handrail::inspect {

struct look_options {
    bool all = false;         // also what local variables and pending operations keep alive
    bool debug_files = true;  // read debug information, not only symbols
};

// Errors: throws std::bad_alloc. What could not be read is named in the report's `missing`.
leak_check::written::report look_at(target const& program, look_options const& wanted);

}  // namespace handrail::inspect
