// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Converts the report of a check to a written report: locations become strings, return addresses
// become frames.
//
// Thread safety: may be called by any thread; looks up the names of functions and modules.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <handrail/leak_check.hpp>

namespace handrail::leak_check {

written::report written_down(report const& r);
written::step written_down(step const& s);

}  // namespace handrail::leak_check
