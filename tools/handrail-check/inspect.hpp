// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Checks a program from outside, whether or not it uses handrail: a running process, or a core
// file. inspect.cpp does it with lib/inspect. In a build without elfutils, no_inspect.cpp takes its
// place and that of program_looks.cpp: inspect() refuses, and a program that is run is not looked
// at.

#pragma once

#include "options.hpp"

namespace handrail_check {

// Requires: one of wanted.process and wanted.core is set.
// Errors: throws std::runtime_error with a sentence that says what to do.
check_result inspect(options const& wanted);

}  // namespace handrail_check
