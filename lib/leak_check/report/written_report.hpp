// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A report as it is written down: nothing but words and numbers. What makes it text or JSON, and
// what reads JSON back, knows no more than this, so that the tools share it.
//
//     std::vector<written::report> reports = written::from_json(file_contents);
//     std::cout << written::to_text(reports.front(), {.colour = true});
//
// Strings may hold anything; in text and JSON, control characters and bytes that are no UTF-8 are
// escaped. What is printable comes back from JSON as it was.
//
// Thread safety: pure functions.

#pragma once

#include <handrail/leak_check.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::leak_check::written {

struct place {
    std::string file;
    std::uint32_t line = 0;  // 0: not known
    std::string function;

    bool operator==(place const&) const = default;
};

struct step {
    std::string text;  // things joined by " -> "
    std::string evidence;
    place where;

    bool operator==(step const&) const = default;
};

// The fields are those of leak_check::finding.
struct finding {
    std::string id;
    leak_check::grade grade = grade::note;
    std::string resource;
    bool leaked_now = false;
    std::vector<step> path;
    std::string advice;
    std::string fingerprint;
    std::uint64_t count = 1;
    std::uint64_t references = 0;
    std::uint64_t references_inside = 0;
    place opened;
    std::int64_t age = 0;  // nanoseconds
    std::vector<std::string> frames;

    bool operator==(finding const&) const = default;
};

// The fields are those of leak_check::report.
struct report {
    std::vector<finding> findings;
    bool complete = true;
    std::string missing;
    std::uint64_t handles = 0;
    std::uint64_t cleanups = 0;
    std::uint64_t opaque = 0;
    std::int64_t pause = 0;     // nanoseconds
    std::int64_t duration = 0;  // nanoseconds

    bool operator==(report const&) const = default;
};

std::string_view grade_word(grade g) noexcept;

// "app.cc:41"; empty if it is not known.
std::string short_place(place const& where);

// "12.4 s".
std::string duration_text(std::int64_t nanoseconds);

// Returns: what a step's text joins by " -> "; at least one. They point into path.
std::vector<std::string_view> things_on(std::string_view path);

// Returns: a path as people are shown it. Of more than four steps in a row that differ in numbers
//   alone, the first two, "… 47 more like these", and the last; of more than 20 steps that are
//   left, the first 15, "… 31 more steps", and the last four. What says so is a step with nothing
//   but text.
std::vector<step> folded(std::span<step const> path);

// Returns: at most so many steps, with those at the end and one that says how many were left out.
std::vector<step> shortened(std::span<step const> path, std::size_t most, std::size_t at_end);

std::string to_text(report const& r, text_style const& style);

// One object a line: the report without its findings, whose place their number takes, then each
// finding. docs/leak-check-report.schema.json describes both. Of a path of more than 1,000 steps,
// the first 990 and the last 9, and one between them, "… 299001 more steps".
std::string to_json(report const& r);

// "line 3: \"grade\" is missing".
struct bad_report : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Returns: the reports that follow each other in text. Errors: throws bad_report.
std::vector<report> from_json(std::string_view text);

}  // namespace handrail::leak_check::written
