// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Report files.

#pragma once

#include "checked.hpp"

#include <string>
#include <vector>

namespace handrail_check {

// name: a file; "-" is standard input. Errors: throws std::runtime_error, which names the file.
std::vector<written::report> read_reports(std::string const& name);

// Errors: throws std::runtime_error if the files hold no report.
checked read_all(std::vector<std::string> const& names);

}  // namespace handrail_check
