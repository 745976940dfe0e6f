// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The report at the end of the process.

#pragma once

#include "lib/leak_check/settings.hpp"

namespace handrail::leak_check {

// Effects: switches the check on as the settings say and has the report written at exit. The
//   settings stay for good. Called once. Throws std::bad_alloc.
void start(settings const& wanted);

// Effects: in a forked child, no report: it is the parent's.
void forget_exit_report() noexcept;

}  // namespace handrail::leak_check
