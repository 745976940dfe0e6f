// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/misuse.hpp"

#include "lib/leak_check/report/descriptions.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <variant>

namespace handrail::leak_check {

namespace {

finding about(std::string id, grade how_sure, step what, std::string advice) {
    finding f{};
    f.id = std::move(id);
    f.grade = how_sure;
    f.fingerprint = f.id + " " + location_key_text(what.where) + " " + what.text;
    f.path.push_back(std::move(what));
    f.advice = std::move(advice);
    f.count = 1;
    return f;
}

finding about(handle_facts const& handle, std::string id, grade how_sure, std::string what,
              std::string advice) {
    finding f =
        about(std::move(id), how_sure, {std::move(what), "guard", handle.where}, std::move(advice));
    f.resource = describe(handle);
    return f;
}

std::string opened(char const* kind, std::source_location where) {
    return std::string(kind) + " opened at " + location_text(where);
}

finding finding_about(double_close const& e) {
    handle_facts const& guard = e.guard;
    std::string const by = guard.rival_kind != nullptr
                               ? "by the " + opened(guard.rival_kind, guard.rival_where)
                               : "behind its guard";
    return about(guard, "HR010", grade::certain, "it was closed already, " + by,
                 "let one guard own the handle: release() it from the other, and do not close the "
                 "native handle");
}

finding finding_about(close_of_another const& e) {
    std::string const whose = e.owner_kind != nullptr ? "the " + opened(e.owner_kind, e.owner_where)
                                                      : std::string("another guard");
    return about(e.guard, "HR010", grade::certain,
                 "its number now belongs to " + whose + ", which this close takes away",
                 "something closed the handle behind its guard and the number was used again, or "
                 "two guards were given one handle: close only through the one guard");
}

// A composed operation starts its next step on a socket that a timeout has closed meanwhile: that is
// how Asio ends it, and no mistake (docs/decisions/0035).
finding finding_about(use_after_close const& e) {
    std::string const operation = e.operation;
    bool const asynchronous = operation.starts_with("async_");
    return about(e.guard, "HR011", asynchronous ? grade::note : grade::certain,
                 operation + " after the guard was closed",
                 "end what uses the handle before closing it");
}

finding finding_about(refused_pointer const& e) {
    finding f = about(
        "HR003", grade::certain,
        {"cleanup at " + location_text(e.where) + " -> pointer into its own resource; refused",
         "argument", e.where},
        "pass a copy of what the cleanup needs");
    f.resource = describe(e.owner);
    return f;
}

finding finding_about(undeclared_edge const& e) {
    std::string const type = type_text(e.type);
    finding f = about("HR005", grade::possible,
                      {"edge at offset +" + std::to_string(e.offset) + " of " + type +
                           ", not named by its managed_edges",
                       "construction",
                       {}},
                      "name it in managed_edges; cycles through it are not collected");
    f.resource = type;
    return f;
}

finding finding_about(slow_cleanup const& e) {
    using milliseconds = std::chrono::duration<double, std::milli>;
    finding f = about("HR030", grade::note, {"it ran", "clock", e.where},
                      "give its owner a runner, or hand the slow part on");
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "it ran for %.1f ms", milliseconds(e.time).count());
    f.path[0].text = text.data();  // not in the fingerprint
    f.resource = "cleanup at " + location_text(e.where);
    return f;
}

finding finding_about(cleanup_exception const& e) {
    finding f =
        about("HR031", grade::note, {"it threw; the following cleanups ran", "failure", e.where},
              "catch what a cleanup can recover from inside it");
    f.resource = "cleanup at " + location_text(e.where);
    return f;
}

// The handle whose opening a finding shows; null if there is none.
handle_facts const* guard_of(event_facts const& facts) {
    return std::visit(
        [](auto const& e) -> handle_facts const* {
            if constexpr (requires { e.guard; }) {
                return &e.guard;
            } else {
                return nullptr;
            }
        },
        facts);
}

}  // namespace

finding finding_of(event const& what) {
    finding f = std::visit([](auto const& e) { return finding_about(e); }, what.facts);
    f.count = what.count;
    if (handle_facts const* const guard = guard_of(what.facts)) {
        add_opening(f, *guard, what.time);
    }
    return f;
}

finding replaced(handle_facts const& handle, bool is_open) {
    finding f =
        about(handle, "HR012", grade::possible,
              is_open ? "its number now stands for something else"
                      : "nothing is open under its number any more",
              "close the handle only through its guard; look for a close() or dup2() of its "
              "number");
    add_opening(f, handle, clock::now());
    return f;
}

finding still_open(handle_facts const& handle) {
    finding f = about(handle, "HR020", grade::possible, opened(handle.kind, handle.where),
                      "close it, or let its owner end before this point");
    add_opening(f, handle, clock::now());
    return f;
}

}  // namespace handrail::leak_check
