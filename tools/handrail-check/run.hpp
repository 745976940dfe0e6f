// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs a program with the leak check on and fetches the reports that it leaves.

#pragma once

#include "options.hpp"

#include <stdexcept>
#include <string>

namespace handrail_check {

struct cannot_run : std::runtime_error {
    int status;  // what a shell would return: 126, or 127 if there is no such program
    cannot_run(std::string const& why, int shell_status)
        : std::runtime_error(why), status(shell_status) {}
};

// Effects: the program has this process's descriptors, directory and environment, with our
//   HANDRAIL_DEBUG in it. SIGTERM and SIGHUP are passed on; SIGINT and SIGQUIT are left to it.
// Errors: throws cannot_run, std::exception.
checked run(options const& wanted);

}  // namespace handrail_check
