// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Starts a program and waits for its end.

#pragma once

#include "program_looks.hpp"

#include <string>
#include <vector>

namespace handrail_check {

// environment: "NAME=value". wanted: signals at which to look. Effects: serves looks while the
//   program runs; looks at it before it passes on a signal, and passes on at once what arrives
//   during a look.
// Returns: the status of waitpid(2).
// Errors: throws cannot_run, std::system_error.
int spawn_and_wait(std::vector<std::string> const& command,
                   std::vector<std::string> const& environment, std::vector<int> const& wanted,
                   program_looks& looks);

}  // namespace handrail_check
