// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What must hold of any report, wherever its strings come from.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

namespace handrail_fuzz {

// Claims: JSON brings back the same report, but that what was not printable is so now; and nothing
// in the text can mislead a terminal.
void check_report(handrail::leak_check::written::report const& r);

}  // namespace handrail_fuzz
