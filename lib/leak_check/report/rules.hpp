// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What there is to find. docs/leak-check.md explains each with an example and a remedy.
//
// Thread safety: a constant.

#pragma once

#include <array>
#include <string_view>

namespace handrail::leak_check {

struct rule {
    std::string_view id;
    std::string_view name;      // one word, for programs
    std::string_view title;     // what is wrong, whatever the resource
    std::string_view sentence;  // follows the resource
    std::string_view remedy;
};

inline constexpr std::array all_rules{
    rule{"HR001", "CleanupHoldsItsResource", "A cleanup holds its own resource",
         "cannot be released by dropping references: its own cleanup holds it",
         "Pass what the cleanup needs as an argument of its own."},
    rule{"HR002", "CleanupsHoldEachOther", "Cleanups of several resources hold each other",
         "and others cannot be released: their cleanups hold each other",
         "Let one of the cleanups hold a copy of what it needs instead of the resource."},
    rule{"HR003", "CleanupPointsIntoItsResource", "A cleanup points into its own resource",
         "has a cleanup that points into it or into the object it lies in",
         "Pass a copy of what the cleanup needs: the pointer dangles when it runs."},
    rule{"HR004", "WeakToItsResource", "A cleanup has a weak reference to its own resource",
         "has a cleanup with a weak reference to it",
         "Leave it out: it is always empty when the cleanup runs."},
    rule{"HR005", "NotSeenByTheCollector",
         "A managed object refers to others in a way that the collector does not see",
         "refers to others in a way that the collector does not see",
         "Use edges between managed objects, and name each in managed_edges."},
    rule{"HR010", "ClosedByAnother", "A handle is closed twice, or by another than its guard",
         "is closed although it is not this guard's to close",
         "Let one guard own the handle; release() it before handing its number on."},
    rule{"HR011", "UsedAfterClose", "A handle is used after its close", "is used after its close",
         "End what uses the handle before closing it."},
    rule{"HR012", "ReplacedBehindItsGuard", "A descriptor was closed or replaced behind its guard",
         "is no longer what was opened: closed or replaced behind its guard",
         "Close only through the guard; look for a close() or dup2() of its number."},
    rule{"HR020", "StillOpen", "A handle is still open", "is still open",
         "Close it, or let its owner end before this point."},
    rule{"HR021", "NeverCollected", "Cycles are garbage at exit because nothing collects",
         "is garbage that nothing collects",
         "Call collect(), or collect_automatically() once at the start."},
    rule{"HR030", "SlowCleanup", "A cleanup took longer than the limit",
         "took longer than the limit", "Give its owner a runner, or hand the slow part on."},
    rule{"HR031", "CleanupThrew", "A cleanup threw", "threw",
         "Catch what a cleanup can recover from inside it."},
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

}  // namespace handrail::leak_check
