// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The command line.

#pragma once

#include "checked.hpp"
#include "when.hpp"

#include <boost/program_options/options_description.hpp>

#include <optional>
#include <string>
#include <vector>

namespace handrail_check {

struct options {
    std::string level;
    std::optional<grade> fail_on;  // none: never
    int exit_code = 0;
    std::string suppressions;
    std::string json, sarif, dot, html;  // where to write; "-" is standard output
    std::vector<std::string> sources;    // directories of source files
    std::string preload;                 // the block map library; empty: look for it
    std::string colour;
    bool no_preload = false;
    look_times when;             // to look at a program from outside
    std::optional<int> process;  // to check from outside
    std::string core, program;   // a core file, and the program that left it
    bool all = false;            // also show what is alive and well
    bool debug_info = true;      // also read debug information, not only symbols
    bool quiet = false;
    bool help = false;
    bool version = false;
    std::vector<std::string> read;        // reports to show; no program is run
    std::vector<std::string> command;     // the program and its arguments
    std::vector<std::string> when_words;  // the values of --when
};

// Errors: throws std::exception with a sentence for the user, who has typed something wrong.
options parse(int argc, char** argv);

std::string help_text();

}  // namespace handrail_check
