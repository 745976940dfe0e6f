// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry/misuse.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

namespace handrail::leak_check {

namespace {

finding about(std::string id, grade how_sure, step what, std::string advice) {
    finding f{};
    f.id = std::move(id);
    f.grade = how_sure;
    f.fingerprint = f.id + " " + place_key(what.where) + " " + what.text;
    f.path.push_back(std::move(what));
    f.advice = std::move(advice);
    f.count = 1;
    return f;
}

finding about(guard_entry const& guard, std::string id, grade how_sure, std::string what,
              std::string advice) {
    finding f =
        about(std::move(id), how_sure, {std::move(what), "guard", guard.where}, std::move(advice));
    f.resource = describe(guard);
    add_opening(f, guard);
    return f;
}

std::string opened(char const* kind, std::source_location where) {
    return std::string(kind) + " opened at " + place_text(where);
}

}  // namespace

finding double_close(guard_entry const& guard) {
    std::string const by = guard.rival_kind != nullptr
                               ? "by the " + opened(guard.rival_kind, guard.rival_where)
                               : "behind its guard";
    return about(guard, "HR010", grade::certain, "it was closed already, " + by,
                 "let one guard own the handle: release() it from the other, and do not close the "
                 "native handle");
}

finding stranger_closed(guard_entry const& guard, guard_entry const* owner) {
    std::string const whose =
        owner != nullptr ? "the " + opened(owner->kind, owner->where) : "another guard";
    return about(guard, "HR010", grade::certain,
                 "its number now belongs to " + whose + ", which this close takes away",
                 "something closed the handle behind its guard and the number was used again, or "
                 "two guards were given one handle: close only through the one guard");
}

// A composed operation starts its next step on a socket that a timeout has closed meanwhile: that is
// how Asio ends it, and no mistake (docs/decisions/0035).
finding used_after_close(guard_entry const& guard, std::string const& operation) {
    bool const asynchronous = operation.starts_with("async_");
    return about(guard, "HR011", asynchronous ? grade::note : grade::certain,
                 operation + " after the guard was closed",
                 "end what uses the handle before closing it");
}

finding replaced(guard_entry const& guard, bool gone) {
    return about(guard, "HR012", grade::possible,
                 gone ? "nothing is open under its number any more"
                      : "its number now stands for something else",
                 "close the handle only through its guard; look for a close() or dup2() of its "
                 "number");
}

finding still_open(guard_entry const& guard) {
    return about(guard, "HR020", grade::possible, opened(guard.kind, guard.where),
                 "close it, or let its owner end before this point");
}

finding refused_pointer(std::string resource, std::source_location where) {
    finding f =
        about("HR003", grade::certain,
              {"cleanup at " + place_text(where) + " -> pointer into its own resource; refused",
               "argument", where},
              "pass a copy of what the cleanup needs");
    f.resource = std::move(resource);
    return f;
}

finding undeclared_edge(std::string const& type, std::size_t offset) {
    finding f = about("HR005", grade::possible,
                      {"edge at offset +" + std::to_string(offset) + " of " + type +
                           ", not named by its managed_edges",
                       "construction",
                       {}},
                      "name it in managed_edges; cycles through it are not collected");
    f.resource = type;
    return f;
}

finding slow_cleanup(std::source_location where, std::chrono::nanoseconds time) {
    using milliseconds = std::chrono::duration<double, std::milli>;
    finding f = about("HR030", grade::note, {"it ran", "clock", where},
                      "give its owner a runner, or hand the slow part on");
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "it ran for %.1f ms", milliseconds(time).count());
    f.path[0].text = text.data();  // not in the fingerprint
    f.resource = "cleanup at " + place_text(where);
    return f;
}

finding cleanup_threw_at(std::source_location where) {
    finding f =
        about("HR031", grade::note, {"it threw; the following cleanups ran", "failure", where},
              "catch what a cleanup can recover from inside it");
    f.resource = "cleanup at " + place_text(where);
    return f;
}

}  // namespace handrail::leak_check
