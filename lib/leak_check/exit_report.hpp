// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The report when the process exits.
//
// Thread safety: start() is called once, before the program runs.

#pragma once

#include "lib/leak_check/settings.hpp"

namespace handrail::leak_check {

// Effects: sets the level that the settings ask for, and registers the report to be written at
//   exit. The settings are never changed afterwards. Throws std::bad_alloc.
void start(settings const& wanted);

// Effects: no report at exit. Called in a forked child: the report is the parent's.
void forget_exit_report() noexcept;

}  // namespace handrail::leak_check
