// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// HANDRAIL_DEBUG, the environment variable with settings of the leak check:
// "leakcheck=1,format=json,out=/tmp/leaks.%p".
//
// docs/leak-check.md lists the keys. An unknown key or an invalid value is ignored with a warning;
// the other settings are used.
//
// Thread safety: pure functions.

#pragma once

#include "lib/leak_check/registry/registry_observer.hpp"

#include <handrail/leak_check.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::leak_check {

enum class report_format { text, json };

struct settings {
    std::optional<leak_check::level> level;
    report_format format = report_format::text;
    std::string out;                                // empty: stderr; see report_file_name.hpp
    std::optional<grade> fail_on = grade::certain;  // none: never
    std::optional<int> exit_code;
    std::string suppressions;  // a file
    unsigned trackback = default_frames;
    std::chrono::nanoseconds slow{0};  // cleanups that take longer are reported; 0: none is
    bool at_exit = true;
};

struct parsed_settings {
    settings values;
    std::vector<std::string> warnings;  // a sentence each
};

// Returns: the text to parse. variable: the value of HANDRAIL_DEBUG; null if it is not set.
//   privileged: the program has more rights than its user, whose environment is ignored then.
std::string_view permitted(char const* variable, bool privileged) noexcept;

// Throws std::bad_alloc.
parsed_settings parse_settings(std::string_view text);

}  // namespace handrail::leak_check
