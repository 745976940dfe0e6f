// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What must hold of any report, wherever its strings come from.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

namespace handrail_fuzz {

// Claims: a report that is written as JSON and read again is the same, except that unprintable
// characters are escaped; the text contains nothing that can mislead a terminal.
void check_report(handrail::leak_check::written::report const& r);

}  // namespace handrail_fuzz
