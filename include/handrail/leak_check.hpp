// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Leak checking: which cleanups keep their own resource alive, which handles are closed twice or used after their close,
// and what is still open.
//
//     int main() {
//         handrail::leak_check::enable(handrail::leak_check::level::handles);
//         …
//         auto report = handrail::leak_check::check_now();
//         std::cerr << to_text(report);
//     }
//
// or, without recompiling: HANDRAIL_DEBUG=leakcheck=1 ./server. In a test:
//
//     handrail::leak_check::scoped_check check;
//     … the code under test …
//     BOOST_TEST(check.finish().findings.empty());
//
// What happened before the check was switched on is not known to it. Not promised: that a cleanup without a finding is
// free of leaks; docs/leak-check.md says what each level can see.
//
// Thread safety: all functions may be called by any thread, also inside a cleanup. The program is not stopped.

#pragma once

#include <handrail/detail/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <vector>

namespace handrail::leak_check {

enum class level {
    off,
    handles,  // owners and descriptors are known by name; registrations are looked into
    full,     // in this version as handles; reports say that they are not complete
};

// Returns: the level now. enable() changes it for what happens from now on; going to off forgets everything noted.
HANDRAIL_API level current() noexcept;
// Errors: throws std::bad_alloc; the level is unchanged then.
HANDRAIL_API void enable(level wanted);

enum class grade {
    note,      // worth knowing
    possible,  // cannot be told for sure
    certain,   // a defect, whatever the program does next
};

// One step of the way along which a resource keeps itself.
struct step {
    std::string text;
    std::string evidence;  // how it is known: "move probe", "copy probe", "argument", "place"
    std::source_location where;
};

struct finding {
    std::string id;        // HR001 …, explained in docs/leak-check.md
    leak_check::grade grade;
    std::string resource;  // kind, number, name
    bool leaked_now;       // no reference from outside is left
    std::vector<step> path;
    std::string advice;
    std::string fingerprint;  // equal for equal causes; has no addresses
    std::size_t count;        // how often

    // References that keep the resource alive, and how many of them its own cleanups hold. 0: does not apply.
    std::size_t references = 0;
    std::size_t references_inside = 0;
    // Where and how long ago the resource was opened; line 0: not known.
    std::source_location opened;
    std::chrono::nanoseconds age{0};
};

struct report {
    std::vector<finding> findings;  // certain ones first
    bool complete;                  // everything that the level promises was looked at
    std::size_t handles;            // open now
    std::size_t cleanups;           // registered now
    std::size_t opaque;             // of these: could not be looked into completely
    std::chrono::nanoseconds pause;     // how long registrations waited for the check
    std::chrono::nanoseconds duration;  // of the whole check
};

struct options {
    bool open_handles = false;  // report every handle that is open (HR020)
};

// Returns: what is wrong now, and what went wrong since the check was switched on. Errors: throws std::bad_alloc.
HANDRAIL_API report check_now(options const& what = {});

struct live_handle {
    std::string kind;           // "file"
    std::uint64_t number;       // the native handle
    std::string name;           // what was opened; may be empty
    std::chrono::nanoseconds age;
    std::source_location where;  // that opened it
};

// Returns: the handles that are open, oldest first; those opened while the check was off are missing.
HANDRAIL_API std::vector<live_handle> live_handles();

// Looks at what happens while it exists: registrations made, handles opened, misuse.
class scoped_check {
public:
    // Effects: switches the check on (level handles) if it is off; it stays on.
    HANDRAIL_API scoped_check();
    scoped_check(scoped_check const&) = delete;
    scoped_check& operator=(scoped_check const&) = delete;
    ~scoped_check() = default;

    // Returns: findings that arose in this scope; handles opened in it that are still open are HR020.
    HANDRAIL_API report finish();

private:
    std::uint64_t since_;
};

// Returns: the report for people, a line per fact; ends with a newline.
HANDRAIL_API std::string to_text(report const& r);
// Returns: one JSON object per line: the summary, then each finding. The schema is in docs/leak-check.md.
HANDRAIL_API std::string to_json(report const& r);

}  // namespace handrail::leak_check
