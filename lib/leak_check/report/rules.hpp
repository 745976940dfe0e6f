// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The rules of the leak check: what each kind of finding means and what to do about it. Findings
// are made from a rule; text, HTML and SARIF show what stands here, and docs/leak-check.md begins
// its sections with it (tests/reports/rules.py compares). An id is written nowhere else.
//
//     finding f = new_finding(rules::still_open);  // HR020, possible, with the remedy as advice
//
// Thread safety: constants and pure functions.

#pragma once

#include <handrail/leak_check.hpp>

#include <array>
#include <string>
#include <string_view>

namespace handrail::leak_check {

struct rule {
    std::string_view id;
    std::string_view name;      // one word, for programs
    leak_check::grade grade;    // of a finding that types or events prove
    leak_check::grade weaker;   // of one that they do not prove; the same if there is none
    std::string_view title;     // what is wrong, whatever the resource
    std::string_view sentence;  // follows the name of the resource
    std::string_view remedy;    // a clause: "pass a copy of what the cleanup needs"
    std::string_view help;      // whole sentences
};

namespace rules {

inline constexpr rule cleanup_holds_its_resource{
    .id = "HR001",
    .name = "CleanupHoldsItsResource",
    .grade = grade::certain,
    .weaker = grade::possible,
    .title = "a cleanup holds its own resource",
    .sentence = "cannot be released by dropping references: its own cleanup holds it",
    .remedy = "pass what the cleanup needs as an argument",
    .help =
        "A cleanup holds a counted reference to its own resource, or to the object in which "
        "the resource lies. The resource ends when the last reference is dropped; the last "
        "reference is dropped when the cleanup has run; the cleanup runs when the resource "
        "ends.",
};

inline constexpr rule cleanups_hold_each_other{
    .id = "HR002",
    .name = "CleanupsHoldEachOther",
    .grade = grade::certain,
    .weaker = grade::possible,
    .title = "cleanups of several resources hold each other",
    .sentence = "and others cannot be released: their cleanups hold each other",
    .remedy = "let one of the cleanups hold a copy of what it needs instead of the resource",
    .help =
        "Cleanups of several resources hold each other's resources, in a ring of any length. "
        "One finding stands for the whole ring and shows a short way around it. Each cleanup "
        "looks harmless where it is written.",
};

inline constexpr rule cleanup_points_into_its_resource{
    .id = "HR003",
    .name = "CleanupPointsIntoItsResource",
    .grade = grade::certain,
    .weaker = grade::possible,
    .title = "a cleanup points into its own resource",
    .sentence = "has a cleanup that points into it or into the object it lies in",
    .remedy = "pass a copy of what the cleanup needs",
    .help =
        "A cleanup has a pointer, reference or span into its own resource, or into the object "
        "in which the handle lies and whose destruction runs the cleanup. The pointer may dangle "
        "when the cleanup runs. The finding is certain if the registration was refused because "
        "of it, and possible otherwise.",
};

inline constexpr rule weak_to_its_resource{
    .id = "HR004",
    .name = "WeakToItsResource",
    .grade = grade::note,
    .weaker = grade::note,
    .title = "a cleanup has a weak reference to its own resource",
    .sentence = "has a cleanup with a weak reference to it",
    .remedy = "leave out the weak reference: it is always empty when the cleanup runs",
    .help =
        "A weak reference to the cleanup's own resource is harmless and useless: weak "
        "references are empty before the first cleanup runs.",
};

inline constexpr rule not_seen_by_the_collector{
    .id = "HR005",
    .name = "NotSeenByTheCollector",
    .grade = grade::possible,
    .weaker = grade::possible,
    .title = "a managed object refers to others in a way that the collector does not see",
    .sentence = "refers to others in a way that the collector does not see",
    .remedy = "use edges between managed objects, and name each in managed_edges",
    .help =
        "Objects refer to each other in a way that the collector does not see, so cycles of "
        "these references are never collected.",
};

inline constexpr rule closed_by_another{
    .id = "HR010",
    .name = "ClosedByAnother",
    .grade = grade::certain,
    .weaker = grade::certain,
    .title = "a handle is closed twice, or not by its guard",
    .sentence = "is closed although it is not this guard's to close",
    .remedy = "let one guard own the handle; release() it before passing its number on",
    .help =
        "A guard closes a handle that is closed already, or whose number belongs to another "
        "guard by now: something closed the number without the guard, or two guards were given "
        "the same number. The second close may hit a file or socket that has nothing to do "
        "with this guard.",
};

inline constexpr rule used_after_close{
    .id = "HR011",
    .name = "UsedAfterClose",
    .grade = grade::certain,
    .weaker = grade::note,
    .title = "a handle is used after its close",
    .sentence = "is used after its close",
    .remedy = "end what uses the handle before closing it",
    .help =
        "A guard is used after its close(). The operation fails with \"bad file descriptor\"; "
        "the mistake is in the code that still uses the guard.",
};

inline constexpr rule replaced_without_its_guard{
    .id = "HR012",
    .name = "ReplacedWithoutItsGuard",
    .grade = grade::possible,
    .weaker = grade::possible,
    .title = "a descriptor was closed or replaced without its guard",
    .sentence = "is no longer what was opened: closed or replaced without its guard",
    .remedy =
        "close the handle only through its guard; search for a close() or dup2() of its "
        "number",
    .help =
        "The descriptor does not refer to what the guard opened: it was closed and its number "
        "used again, or dup2() put something else in its place. Reads and writes go elsewhere "
        "without an error. The finding is possible, not certain, because a program may do this "
        "intentionally, for instance to redirect its output.",
};

inline constexpr rule still_open{
    .id = "HR020",
    .name = "StillOpen",
    .grade = grade::possible,
    .weaker = grade::possible,
    .title = "a handle is still open",
    .sentence = "is still open",
    .remedy = "close it, or let its owner end before this point",
    .help =
        "A handle is open at exit, or was opened inside a scoped_check and is still open at its "
        "end. Often this is a symptom whose cause is reported beside it as HR001 or HR002. "
        "Otherwise an owner lives on: in a container that only grows, in a static object, "
        "behind a raw pointer.",
};

inline constexpr rule never_collected{
    .id = "HR021",
    .name = "NeverCollected",
    .grade = grade::certain,
    .weaker = grade::certain,
    .title = "cycles are garbage at exit because nothing collects them",
    .sentence = "is garbage that nothing collects",
    .remedy = "call collect(), or collect_automatically() once at the start",
    .help =
        "At exit there are cycles of managed objects to which nothing else refers, in a heap "
        "that nothing has ever collected: the program uses edges but never calls the "
        "collector.",
};

inline constexpr rule slow_cleanup{
    .id = "HR030",
    .name = "SlowCleanup",
    .grade = grade::note,
    .weaker = grade::note,
    .title = "a cleanup took longer than the limit",
    .sentence = "took longer than the limit",
    .remedy = "give its owner a runner, or hand the slow part to another thread",
    .help =
        "A cleanup took longer than the limit that \"slow\" in HANDRAIL_DEBUG sets. By default "
        "a cleanup runs on the thread on which the resource ended, and that thread waits for "
        "it: a cleanup that removes a directory tree in an event loop delays every "
        "connection.",
};

inline constexpr rule cleanup_threw{
    .id = "HR031",
    .name = "CleanupThrew",
    .grade = grade::note,
    .weaker = grade::note,
    .title = "a cleanup threw",
    .sentence = "threw",
    .remedy = "catch inside the cleanup what it can recover from",
    .help =
        "A cleanup threw an exception. The following cleanups of the same owner ran "
        "nevertheless, and the failure handler was called.",
};

// Seen from outside, by the inspector (lib/inspect), in programs that need not use handrail.

inline constexpr rule objects_keep_each_other{
    .id = "HR050",
    .name = "ObjectsKeepEachOther",
    .grade = grade::certain,
    .weaker = grade::possible,
    .title = "objects keep each other alive, and nothing else refers to them",
    .sentence = "is kept by objects that only keep each other",
    .remedy = "let one of the references be weak, or clear it when the work is done",
    .help =
        "A ring of counted references, often through a callback that captures its own object. "
        "No variable, no thread and no pending operation leads into the ring, so that nothing "
        "can ever release what its objects own.",
};

inline constexpr rule wait_never_completes{
    .id = "HR051",
    .name = "WaitNeverCompletes",
    .grade = grade::certain,
    .weaker = grade::possible,
    .title = "only an operation that can never complete refers to an object",
    .sentence = "is kept by an operation that can never complete",
    .remedy =
        "cancel the operation when the work is done, or let its handler hold a weak reference",
    .help =
        "The handler of a pending operation holds the object, and only that object could end "
        "the operation: a wait on a timer of its own that never expires, or an operation whose "
        "io_context runs no more.",
};

inline constexpr rule held_nowhere{
    .id = "HR052",
    .name = "HeldNowhere",
    .grade = grade::possible,
    .weaker = grade::possible,
    .title = "a descriptor is open, and nothing that the program can reach holds its number",
    .sentence = "is open, and nothing that the program can reach holds its number",
    .remedy = "give the descriptor an owner at the place where it is opened",
    .help =
        "No object, variable or stack of the program contains the number of an open descriptor "
        "where a descriptor could be, or only memory does that nothing refers to. The usual "
        "cause is an error path that forgets to close.",
};

inline constexpr rule held_from_a_root{
    .id = "HR053",
    .name = "HeldFromARoot",
    .grade = grade::note,
    .weaker = grade::note,
    .title = "a variable keeps objects alive",
    .sentence = "is held by a variable",
    .remedy = "if it should have ended, remove it from where the path begins",
    .help =
        "A static or thread-local variable or the stack of a thread leads to the object. That is "
        "how a cache looks, and how a container looks from which nobody erases. Of two checks of "
        "one process, the second says which groups have grown, and grades them possible.",
};

inline constexpr rule held_by_a_pending_operation{
    .id = "HR054",
    .name = "HeldByAPendingOperation",
    .grade = grade::note,
    .weaker = grade::note,
    .title = "a pending operation keeps objects alive",
    .sentence = "is held by a pending operation",
    .remedy = "nothing, unless the operation should have completed",
    .help =
        "The handler of an operation that can complete holds the object: a session that waits "
        "for its peer. Shown only with --all.",
};

}  // namespace rules

inline constexpr std::array all_rules{
    rules::cleanup_holds_its_resource,
    rules::cleanups_hold_each_other,
    rules::cleanup_points_into_its_resource,
    rules::weak_to_its_resource,
    rules::not_seen_by_the_collector,
    rules::closed_by_another,
    rules::used_after_close,
    rules::replaced_without_its_guard,
    rules::still_open,
    rules::never_collected,
    rules::slow_cleanup,
    rules::cleanup_threw,
    rules::objects_keep_each_other,
    rules::wait_never_completes,
    rules::held_nowhere,
    rules::held_from_a_root,
    rules::held_by_a_pending_operation,
};

// Returns: null if there is no such rule.
constexpr rule const* rule_with(std::string_view id) noexcept {
    for (rule const& each : all_rules) {
        if (each.id == id) {
            return &each;
        }
    }
    return nullptr;
}

// Returns: a finding of this rule, seen once, with the rule's remedy as its advice. proven: whether
//   types or events prove it, which decides the grade.
inline finding new_finding(rule const& r, bool proven = true) {
    finding f{};
    f.id = r.id;
    f.grade = proven ? r.grade : r.weaker;
    f.advice = r.remedy;
    f.count = 1;
    return f;
}

}  // namespace handrail::leak_check
