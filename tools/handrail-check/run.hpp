// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs a program with the leak check on and collects its reports.

#pragma once

#include "options.hpp"

#include <stdexcept>
#include <string>

namespace handrail_check {

struct cannot_run : std::runtime_error {
    int status;  // as of a shell: 126, or 127 if there is no such program
    cannot_run(std::string const& why, int shell_status)
        : std::runtime_error(why), status(shell_status) {}
};

// Effects: the program inherits descriptors, directory and environment, with the tool's
//   HANDRAIL_DEBUG. The tool passes on SIGHUP, SIGINT, SIGQUIT and SIGTERM, except for those that a
//   terminal sends to the program, too.
// Errors: throws cannot_run, std::exception.
check_result run(options const& wanted);

}  // namespace handrail_check
