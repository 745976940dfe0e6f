// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A report as it is written down: nothing but words and numbers. The code that writes text and JSON
// and the code that reads JSON know no more than this, so that the tools share it.
//
//     std::vector<written::report> reports = written::from_json(file_contents);
//     std::cout << written::to_text(reports.front(), {.colour = true});
//
// Strings may contain any bytes; in text and JSON, control characters and bytes that are not UTF-8
// are escaped. A printable string comes back from JSON unchanged.
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

struct location {
    std::string file{};
    std::uint32_t line = 0;  // 0: not known
    std::string function{};

    bool operator==(location const&) const = default;
};

// The fields are those of leak_check::step.
struct step {
    std::string from{};
    bool from_cleanup = false;
    std::string via{};
    leak_check::reference reference = leak_check::reference::none;
    std::string type{};
    std::string to{};
    leak_check::evidence evidence = leak_check::evidence::none;
    location where{};
    std::uint64_t omitted = 0;

    bool operator==(step const&) const = default;
};

// A program or library that frames are in.
struct module_file {
    std::string file{};
    std::string build_id{};  // of its ELF note NT_GNU_BUILD_ID, in hexadecimal; empty: it has none

    bool operator==(module_file const&) const = default;
};

struct frame {
    std::string function{};     // empty: not known
    bool inlined = false;       // into the function of the next frame
    std::string file{};         // source file of the call; empty: not known
    std::uint32_t line = 0;     // of the call; 0: not known
    std::string module{};       // file of the program or library; empty: not known
    std::uint64_t address = 0;  // return address, as addr2line(1) takes it for the module

    bool operator==(frame const&) const = default;
};

// The fields are those of leak_check::finding.
struct finding {
    std::string id{};
    leak_check::grade grade = grade::note;
    std::string resource{};
    bool leaked_now = false;
    std::vector<step> path{};
    std::string advice{};
    std::string fingerprint{};
    std::uint64_t count = 1;
    std::uint64_t references = 0;
    std::uint64_t references_inside = 0;
    location opened{};
    std::int64_t age = 0;  // nanoseconds
    std::vector<frame> frames{};

    bool operator==(finding const&) const = default;
};

// The fields are those of leak_check::report.
struct report {
    std::vector<finding> findings{};
    bool complete = true;
    std::string missing{};
    std::uint64_t handles = 0;
    std::uint64_t cleanups = 0;
    std::uint64_t opaque = 0;
    std::int64_t pause = 0;              // nanoseconds
    std::int64_t duration = 0;           // nanoseconds
    std::vector<module_file> modules{};  // those that frames name

    bool operator==(report const&) const = default;
};

std::string_view grade_word(grade g) noexcept;
std::string_view reference_word(reference r) noexcept;
std::string_view evidence_word(evidence e) noexcept;  // "move probe"; none: ""

// "app.cc:41"; empty if it is not known.
std::string short_location(location const& where);

// "12.4 s".
std::string duration_text(std::int64_t nanoseconds);

// Returns: the parts of a step's text, at least one; a line may be broken between them.
std::vector<std::string> step_parts(step const& s);
// Returns: the parts, joined by " -> ".
std::string step_text(step const& s);

// "serve(int) at server.cc:12 in server", or, if the function is not known, "server+0x1cd1".
std::string frame_text(frame const& f);

// A path as people are shown it: steps, and between them how many are not shown.
struct shown_step {
    step const* what;  // null: steps are left out here
    std::uint64_t left_out = 0;
    bool alike = false;  // the omitted steps repeat those before them
};

// "… 47 more like these", "… 31 more steps".
std::string left_out_text(shown_step const& s);

// Returns: at most 20. Of a step, or of a group of two or three steps, that is repeated more than
//   four times, the first two, how many more there are, and the last; of more than 20 that remain,
//   the first 15, how many more there are, and the last four. Steps repeat each other if they have
//   the same structure: all parts but the names of things are equal. They point into path.
std::vector<shown_step> folded(std::span<step const> path);

// Returns: at most so many steps, with those at the end and one that says how many are omitted.
std::vector<step> shortened(std::span<step const> path, std::size_t max, std::size_t at_end);

// names_hint: how to get the names of functions, added if a frame has none; may be empty.
std::string to_text(report const& r, text_style const& style, std::string_view names_hint = {});

// The version of what to_json() writes. It increases when a reader of the earlier version would
// misread a report.
inline constexpr std::uint64_t schema_version = 2;

// One object a line: the report with the number of its findings, then each finding.
// docs/leak-check-report.schema.json describes both. Of a path of more than 1,000 steps, the first
// 990 and the last 9, and one between them that says how many are omitted.
std::string to_json(report const& r);

// "line 3: \"grade\" is missing".
struct bad_report : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Returns: the reports that follow each other in text. Errors: throws bad_report, also for a report
//   of another schema version, and then says what to do.
std::vector<report> from_json(std::string_view text);

}  // namespace handrail::leak_check::written
