// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The leak check: finds cleanups that keep their own resource alive, handles that are closed twice
// or used after their close, and handles that are still open.
//
//     int main() {
//         namespace leak_check = handrail::leak_check;
//         leak_check::set_level(leak_check::level::handles);
//         …
//         std::cerr << leak_check::to_text(leak_check::check_now());
//     }
//
// Without recompiling: HANDRAIL_DEBUG=leakcheck=1 ./server. In a test:
//
//     handrail::leak_check::scoped_check check;
//     … the code under test …
//     BOOST_TEST(check.finish().findings.empty());
//
// No report contains findings that HANDRAIL_DEBUG=suppressions=FILE hides.
//
// Source locations in reports refer to copies that are never freed: they stay valid when dlclose()
// unloads the module that they name.
//
// Not promised: findings about what happened before the check was switched on; that a cleanup
//   without a finding does not leak. docs/leak-check.md says what each level can find.
//
// Thread safety: all functions may be called by any thread, also inside a cleanup. The program is
//   not stopped. A report is a snapshot: registrations, openings and closings, and the beginning
//   and end of managed objects, wait on other threads while it is taken; at level full, while the
//   frozen copy is made.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/owner_ref.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::leak_check {

// How much is checked; each level includes those before it.
enum class level {
    off,
    handles,  // records handles, managed objects and cleanups, and probes each registration
    full,     // checks also read memory: a frozen copy of the program is searched for references
};

// Returns: the level at which the program is checked now.
[[nodiscard]] HANDRAIL_API level current_level() noexcept;

// Effects: the program is checked at this level from now on. What happened at level off was not
//   recorded. off discards everything recorded so far; the other levels keep it. Other threads may
//   act on the old level for a moment. A report at exit is written only if HANDRAIL_DEBUG has set a
//   level when the program starts.
// Allocates: nothing.
HANDRAIL_API void set_level(level wanted);

// How sure a finding is.
enum class grade {
    note,      // worth knowing
    possible,  // the check cannot prove it
    certain,   // a defect; docs/leak-check.md, "Findings", has an exception for copy_probe
};

// How a step leads from one thing to the next.
enum class reference {
    none,         // there is no reference: the step states an event
    strong,       // a shared, a std::shared_ptr, or an edge to an object without edges: keeps alive
    edge,         // an edge, which managed_edges declares if the evidence is edge: keeps it alive
    containment,  // the second thing lies in the first and ends with it
    weak,         // keeps nothing alive
    pointer,      // a plain pointer, a reference or a span: keeps nothing alive
};

// How a step is known.
enum class evidence {
    none,          // the step stands for omitted ones
    argument,      // the type of a cleanup's argument
    move_probe,    // the reference was moved while the cleanup was registered
    copy_probe,    // the reference was copied while the cleanup was registered
    address,       // the handle's address lies in the object
    edge,          // managed_edges names it
    scan,          // level full: words in memory, which can mislead
    guard,         // what the guard of a handle observed
    construction,  // an object was constructed
    measurement,   // a duration was measured
    exception,     // an exception was caught
};

// One step of a retention path: the thing `from` refers to the thing `to`,
//
//     from                     via           type             to
//     cleanup at app.cc:41     capture +8    shared<session>  session with socket 12 "client"
//
// or an event, with reference::none, whose parts read as a sentence:
//
//     file                     opened at app.cc:38
//
// Names of things are as reports show them: a handle's kind, number and name, an object's type and
// name, and for an object around a handle both.
struct step {
    std::string from{};         // the thing that refers
    bool from_cleanup = false;  // from is a cleanup, which runs when the thing before it ends
    std::string via{};          // where in from the reference is: "capture +8, heap block +16"
    // How from refers to to.
    leak_check::reference reference = leak_check::reference::none;
    // Of the reference, with the type of the whole object; for containment that of from.
    std::string type{};
    std::string to{};  // the thing referred to
    // How the step is known.
    leak_check::evidence evidence = leak_check::evidence::none;
    std::source_location where{};  // of the registration or of the opening; line 0: not known
    // Not 0: how many steps of a long path are omitted here; nothing else in this one is set.
    std::size_t omitted = 0;
};

// One thing that is wrong, or several with the same cause.
struct finding {
    std::string id;  // HR001 …, explained in docs/leak-check.md
    // How sure it is.
    leak_check::grade grade = leak_check::grade::note;
    std::string resource;  // what the finding is about: kind, number, name
    // No reference from outside is left. With copy_probe in the path, this relies on the arguments
    // having as many references as their copies had, unless level full can read heap blocks.
    bool leaked_now = false;
    std::vector<step> path;  // of more than 1,000 steps, 990 at the beginning and 9 at the end
    // What to do about it.
    std::string advice;
    std::string fingerprint;  // equal for equal causes; contains no addresses
    std::size_t count = 0;    // how often

    // Strong references to the objects of the cycle, and how many of them are held within it: by
    // cleanups, edges or members. 0: does not apply.
    std::size_t references = 0;
    std::size_t references_inside = 0;
    // Where and how long ago the resource was opened; line 0: not known.
    std::source_location opened{};
    std::chrono::nanoseconds age{0};
    std::vector<void const*> frames{};  // return addresses of the opening, innermost first
};

// The result of a check.
struct report {
    std::vector<finding> findings{};       // certain ones first
    bool complete = false;                 // everything that the level promises was checked
    std::size_t handles = 0;               // open now
    std::size_t cleanups = 0;              // registered now
    std::size_t opaque = 0;                // cleanups that could not be examined completely
    std::chrono::nanoseconds pause{0};     // how long the registry was locked, in sum
    std::chrono::nanoseconds duration{0};  // of the whole check

    std::string missing{};  // what was not checked, when not complete
    // The frozen copy failed: cycles and back references were not looked for, and that there are no
    // findings means nothing. missing says why.
    bool inconclusive = false;
};

// What a check does besides what its level asks for.
struct options {
    bool open_handles = false;  // report every open handle (HR020)
    // At level full: how long to wait for the check of the frozen copy.
    std::chrono::nanoseconds timeout = std::chrono::seconds(30);
};

// Checks the program now.
//
//     leak_check::report const r = leak_check::check_now({.open_handles = true});
//
// Effects: at level full waits for the frozen copy, up to the timeout, and ends it; no lock of the
//   library is held meanwhile. errno is kept.
// Returns: findings about what exists now, and about misuse since the check was switched on; none
//   at level off. What could not be checked is no error: report::missing names it, for example that
//   the copy was refused or a container of edges was locked for writing. If the copy failed or was
//   too slow, the report is inconclusive.
// Errors: throws std::bad_alloc.
[[nodiscard]] HANDRAIL_API report check_now(options const& what = {});

// One handle that is open.
struct live_handle {
    std::string kind;  // "file"
    // The native handle, or the number that its traits give it; 0 also if it has none.
    std::uint64_t number = 0;
    std::string name;                   // what was opened, as it was given; may be empty
    std::chrono::nanoseconds age{0};    // since the opening
    std::source_location where{};       // of the opening
    std::vector<void const*> frames{};  // return addresses of the opening, innermost first
};

// Returns: the open handles, oldest first, without those opened while the check was off.
// Errors: throws std::bad_alloc.
[[nodiscard]] HANDRAIL_API std::vector<live_handle> live_handles();

// Sets the name shown after a handle's kind and number, and after a managed object's type, in
// reports and in live_handles().
//
//     handrail::leak_check::set_name(socket, "control channel");
//
// Effects: replaces the name that the owner had; none at level off. Holds until the handle is
//   closed or released or the object destroyed, or until the level is set to off. Names that the
//   library gives (that of the peer when a socket connects) do not replace it, and it stays while
//   handrail::connect tries one endpoint after the other.
// Errors: throws std::invalid_argument for an empty owner, also at level off; std::bad_alloc, and
//   then the name is unchanged.
// Allocates: a copy of the name, outside of the program's heap.
// Thread safety: as add_cleanup.
HANDRAIL_API void set_name(owner_ref owner, std::string_view name);

// Marks the owner as intentionally leaked. No leak of it is reported (HR001, HR002, HR005, HR020,
// HR021), nor any cycle of the objects and cleanups that keep each other alive together with it,
// even a cycle that does not contain it. What is wrong with its cleanups or its use still is.
// `why` documents the call site.
//
//     handrail::leak_check::mark_intentional(config, "read again on SIGHUP");
//
// Effects: none at level off. Holds until the handle is closed or the object destroyed, or until
//   the level is set to off.
// Errors: throws std::invalid_argument for an empty owner, also at level off; std::bad_alloc if the
//   owner is older than the check and cannot be recorded.
// Allocates: nothing but that record, outside of the program's heap.
// Thread safety: as add_cleanup.
HANDRAIL_API void mark_intentional(owner_ref owner, std::string_view why);

// Checks what happens while it exists, on all threads: cleanups registered, handles opened, misuse.
// Scoped checks may be nested.
//
//     handrail::leak_check::scoped_check check;
//     run_the_server_for_one_request();
//     BOOST_TEST(check.finish().findings.empty());
//
// Thread safety: one scoped_check may be used by several threads.
class scoped_check {
public:
    // Effects: sets level handles if the check is off. The level stays when *this is destroyed.
    // Allocates: nothing.
    HANDRAIL_API scoped_check();
    scoped_check(scoped_check const&) = delete;
    scoped_check& operator=(scoped_check const&) = delete;
    // Effects: none: nothing is reported without finish().
    ~scoped_check() = default;

    // Effects: as check_now(); waits for the frozen copy for 30 seconds at most.
    // Returns: findings about what happened since the construction; handles opened since then that
    //   are still open are HR020. None if the level is off now. May be called more than once.
    // Errors: throws std::bad_alloc.
    [[nodiscard]] HANDRAIL_API report finish();

private:
    std::uint64_t since_;
};

// How to_text() writes a report.
struct text_style {
    bool colour = false;      // escape sequences of ECMA-48, for terminals
    std::size_t width = 100;  // columns, where words allow it; 0: lines are not broken
};

// Returns: the report for people, a line for each fact; ends with a newline. Names of functions and
//   modules are looked up here, as far as the program exports them.
// Errors: throws std::bad_alloc.
[[nodiscard]] HANDRAIL_API std::string to_text(report const& r, text_style const& style = {});
// Returns: the step in one line, as suppressions match it:
//   "cleanup at app.cc:41 -> capture +0 shared<file> -> file 7". Errors: throws std::bad_alloc.
[[nodiscard]] HANDRAIL_API std::string to_text(step const& s);
// Returns: one JSON object per line: the summary, then each finding, as
//   docs/leak-check-report.schema.json describes them.
// Errors: throws std::bad_alloc.
[[nodiscard]] HANDRAIL_API std::string to_json(report const& r);

}  // namespace handrail::leak_check
