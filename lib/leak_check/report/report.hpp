// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What was found, in words.
//
// Thread safety: a pure function, but that it looks up the names of functions.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <handrail/leak_check.hpp>

namespace handrail::leak_check {

written::report written_down(report const& r);

}  // namespace handrail::leak_check
