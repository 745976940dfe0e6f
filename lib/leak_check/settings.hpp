// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// HANDRAIL_DEBUG: settings for the leak check without recompiling,
// "leakcheck=1,format=json,out=/tmp/leaks.%p".
//
// docs/leak-check.md lists the keys. An unknown key or a bad value is one warning; the rest counts.
//
// Thread safety: pure functions.

#pragma once

#include "lib/leak_check/registry/hooks.hpp"

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
    std::string out;                                // empty: stderr; see report_path.hpp
    std::optional<grade> fail_on = grade::certain;  // none: never
    std::optional<int> exit_code;
    std::string suppressions;  // a file
    unsigned trackback = default_frames;
    std::chrono::nanoseconds slow{0};  // cleanups that take longer are told of; 0: none
    bool at_exit = true;
};

struct parsed_settings {
    settings values;
    std::vector<std::string> warnings;  // one sentence each
};

// A program that runs with more rights than its user takes no orders from the user's environment.
// variable: the value of HANDRAIL_DEBUG; null if it is not set. Returns: the text to parse.
std::string_view permitted(char const* variable, bool privileged) noexcept;

parsed_settings parse_settings(std::string_view text);

}  // namespace handrail::leak_check
