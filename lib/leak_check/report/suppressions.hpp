// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Suppressions: known findings that are not reported. A file has one rule a line,
//
//     # the pool lives as long as the process
//     HR020:*pool.cc*
//
// the id of a finding, and a glob that must match the path, its steps joined by " -> ", or the
// resource.
//
// Thread safety: pure functions; several threads may use the same rules.

#pragma once

#include <handrail/leak_check.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::leak_check {

inline constexpr std::size_t max_glob_bytes = 4096;

struct suppression {
    std::string id;
    std::string glob;
    std::size_t line;
    std::size_t used = 0;
};

struct parsed_suppressions {
    std::vector<suppression> rules;
    std::vector<std::string> warnings;  // "line 3: …", one for each line that is not a rule
};

// Returns: the rules in text, one a line; a line that begins with '#' is a comment.
parsed_suppressions parse_suppressions(std::string_view text);

// Effects: removes the findings that the rules hide, and counts how often each rule is used.
void suppress(report& r, std::vector<suppression>& rules);

}  // namespace handrail::leak_check
