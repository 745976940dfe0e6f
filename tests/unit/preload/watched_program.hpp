// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs a program with libhandrail_preload.so and answers its requests, as handrail-check does.

#pragma once

#include "tools/handrail-check/look_requests.hpp"

#include <functional>
#include <string>
#include <vector>

namespace handrail_test {

struct ended_program {
    int status = 0;      // of waitpid(2)
    std::string output;  // what it has written to standard output
    std::vector<handrail::preload::look_reason> asked;

    bool ended_as_intended() const noexcept;  // with exit status 5
};

struct watched_program {
    std::vector<std::string> command;
    handrail_check::look_triggers triggers{};
    std::string preload{};  // further libraries, after ours
    std::vector<std::string> environment{};
    bool tool_goes_away = false;  // before the program asks
    bool tool_is_late = false;    // reads nothing before the program's child waits for an answer

    // Called for each request while the program waits, with its output until then.
    std::function<void(handrail_check::look_request const&, std::string const& output)> look{};
};

ended_program run(watched_program const&);

}  // namespace handrail_test
