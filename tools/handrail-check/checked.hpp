// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the tool shows: reports, and how the program ended that they describe.

#pragma once

#include "lib/leak_check/report/written_report.hpp"
#include "lib/leak_check/report/written_words.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace handrail_check {

namespace written = handrail::leak_check::written;
using handrail::leak_check::grade;
using written::evidence_word;
using written::grade_word;
using written::reference_word;

struct source {
    std::string name;  // "process 4711", or the file that was read
    written::report report;
    bool is_shown = false;  // printed already, when it was made
};

struct check_result {
    std::vector<source> sources;  // empty if the program that was run left no report
    // Sentences without a full stop: which reports and which names of functions are missing, and
    // why.
    std::vector<std::string> missing;
    bool lost = false;                 // a process has written a report that cannot be read
    std::vector<std::string> command;  // empty if no program was run
    std::optional<int> exit_code;      // of the program, if it ended by itself
    std::optional<int> signal;         // that ended it
};

inline constexpr char const* no_report =
    "the program left no report: it does not use handrail, runs with another user's rights, or did "
    "not end by exit()";  // without a full stop, as those in missing

// "process 4711: inconclusive: the copy has ended early".
inline std::string inconclusive(source const& s) {
    return s.name + ": inconclusive: " + s.report.missing;
}

inline bool any_inconclusive(check_result const& what) {
    return std::any_of(what.sources.begin(), what.sources.end(),
                       [](source const& s) { return s.report.inconclusive; });
}

inline bool any_finding(check_result const& what, grade at_least) {
    return std::any_of(what.sources.begin(), what.sources.end(), [&](source const& s) {
        return std::any_of(s.report.findings.begin(), s.report.findings.end(),
                           [&](written::finding const& f) { return f.grade >= at_least; });
    });
}

}  // namespace handrail_check
