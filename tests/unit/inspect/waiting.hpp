// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The program targets/waits.cpp, which says whether anything has disturbed it.

#pragma once

#include "lib/inspect/memory/process_files.hpp"
#include "tests/unit/inspect/target_program.hpp"

#include <cstdint>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace handrail_test {

struct waiting {
    target_program program;
    std::uint64_t counter = 0, mark = 0;
    pid_t thread_of_mark = 0, thread_of_counter = 0;
    std::uint64_t wiped = 0, not_inherited = 0, shared = 0;  // see there
    static constexpr std::uint64_t marked = 0x1234567890abcdef;

    explicit waiting(std::vector<std::string> arguments = {})
        : program("waits", std::move(arguments)) {
        std::istringstream words(program.line());
        words >> std::hex >> counter >> mark >> std::dec >> thread_of_mark >> thread_of_counter >>
            std::hex >> wiped >> not_inherited >> shared;
    }

    pid_t process() const { return program.process(); }
    // The time limit of the test ends this if it goes on.
    void wait_until_it_is_stopped() const {
        while (field_of(program.process(), "State") != "T (stopped)") {
        }
    }
    std::string tracer() const { return field_of(program.process(), "TracerPid"); }

    // A line of /proc/PID/status.
    static std::string field_of(pid_t process, char const* field) {
        auto const status = handrail::inspect::read_process_file(process, "status");
        return std::string(handrail::inspect::status_field(status.value_or(""), field));
    }

    // Ended ones that nobody has waited for included.
    std::vector<pid_t> children() const {
        std::vector<pid_t> found;
        std::vector<int> const all = handrail::inspect::numbered_entries("/proc").value();
        for (int const each : all) {
            if (field_of(each, "PPid") == std::to_string(program.process())) {
                found.push_back(each);
            }
        }
        return found;
    }
};

// It has so much memory that it gets a frozen child.
struct large_waiting : waiting {
    explicit large_waiting(std::string const& mode = "") : waiting({"24", mode}) {}
};

}  // namespace handrail_test
