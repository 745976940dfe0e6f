// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A report as it is written down: nothing but words and numbers. The code that writes text and JSON
// and the code that reads JSON know no more than this, so that the tools share it.
//
//     // written_json.hpp, written_text.hpp:
//     std::vector<written::report> reports = written::from_json(file_contents);
//     std::cout << written::to_text(reports.front(), {.colour = true});
//
//     raw_findings -> findings (wording, misuse, uncollected_cycles) -> grouping, suppressions ->
//     written_down -> written_text, written_json (with written_path, written_words) -> write_out
//
// Strings may contain any bytes; in text and JSON, control characters and bytes that are not UTF-8
// are escaped. A printable string comes back from JSON unchanged.
//
// Thread safety: plain values.

#pragma once

#include <handrail/leak_check.hpp>

#include <cstdint>
#include <string>
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

// The fields are those of leak_check::finding, and what comparing two checks has shown.
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
    std::uint64_t grown_by = 0;     // of count, what an earlier check did not find; 0: not compared
    std::int64_t grown_within = 0;  // nanoseconds between the two checks
    location opened{};
    std::int64_t age = 0;  // nanoseconds
    std::vector<frame> frames{};

    bool operator==(finding const&) const = default;
};

// The fields are those of leak_check::report, and the modules of frames.
struct report {
    std::vector<finding> findings{};
    bool complete = true;
    std::string missing{};
    bool inconclusive = false;  // that there are no findings means nothing
    std::uint64_t handles = 0;
    std::uint64_t cleanups = 0;
    std::uint64_t opaque = 0;
    std::int64_t pause = 0;              // nanoseconds
    std::int64_t duration = 0;           // nanoseconds
    std::vector<module_file> modules{};  // those that frames name

    bool operator==(report const&) const = default;
};

}  // namespace handrail::leak_check::written
