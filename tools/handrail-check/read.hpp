// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reads report files.

#pragma once

#include "checked.hpp"
#include "input.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace handrail_check {

inline constexpr std::size_t max_report_bytes = std::size_t{256} << 20;

// name: a regular file of at most max_report_bytes; "-" is standard input. directory, more_flags:
// see open_input(). Errors: throws std::runtime_error, which names the file.
std::vector<written::report> read_reports(std::string const& name,
                                          int directory = working_directory, int more_flags = 0);

// Errors: throws std::runtime_error if the files hold no report.
check_result read_all(std::vector<std::string> const& names);

}  // namespace handrail_check
