// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Suppressions: a line is a rule, a comment, blank, or one warning; globs match as a slow and
// simple algorithm says.

#include "lib/leak_check/report/suppressions.hpp"

#include "lib/leak_check/report/glob.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace handrail_fuzz {

namespace {

namespace lc = handrail::leak_check;

// Computes the table "does glob[0, g) match text[0, t)" row by row.
bool simply_matches(std::string_view glob, std::string_view text) {
    std::vector<bool> row(text.size() + 1, false);
    row[0] = true;
    for (char const c : glob) {
        std::vector<bool> next(text.size() + 1, false);
        next[0] = row[0] && c == '*';
        for (std::size_t t = 1; t <= text.size(); ++t) {
            next[t] =
                c == '*' ? row[t] || next[t - 1] : row[t - 1] && (c == '?' || c == text[t - 1]);
        }
        row = next;
    }
    return row.back();
}

void check_rule(lc::suppression const& rule) {
    auto const again = lc::parse_suppressions(rule.id + ":" + rule.glob);
    claim(again.rules.size() == 1 && again.rules[0].glob == rule.glob, "a rule stays a rule");
}

void check_glob(std::string_view glob, std::string_view text) {
    glob = glob.substr(0, 300);
    text = text.substr(0, 300);
    claim(lc::matches(glob, text) == simply_matches(glob, text),
          "globs match as the simple algorithm says");
}

}  // namespace

void run(std::string_view input) {
    auto const parsed = lc::parse_suppressions(input);
    auto const lines = std::count(input.begin(), input.end(), '\n') + 1;
    claim(parsed.rules.size() + parsed.warnings.size() <= static_cast<std::size_t>(lines),
          "a line is one thing");
    for (std::string const& warning : parsed.warnings) {
        claim(is_printable(warning), "a warning is printable");
        claim(warning.starts_with("line "), "a warning names its line");
    }
    for (lc::suppression const& rule : parsed.rules) {
        check_rule(rule);
        check_glob(rule.glob, input);
    }
    auto const half = input.size() / 2;
    check_glob(input.substr(0, half), input.substr(half));
}

}  // namespace handrail_fuzz
