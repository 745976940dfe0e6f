// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Written reports as JSON, and back.
//
// Thread safety: pure functions.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::leak_check::written {

// The version of what to_json() writes. It increases when a reader of the earlier version would
// misread a report.
inline constexpr std::uint64_t schema_version = 2;

// One object a line: the report with the number of its findings, then each finding.
// docs/leak-check-report.schema.json describes both. Of a path of more than 1,000 steps, the first
// 990 and the last 9, and one between them that says how many are omitted.
std::string to_json(report const& r);

// "line 3: \"grade\" is missing".
struct bad_report : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Returns: the reports that follow each other in text. Errors: throws bad_report, also for a report
//   of another schema version, and then says what to do.
std::vector<report> from_json(std::string_view text);

}  // namespace handrail::leak_check::written
