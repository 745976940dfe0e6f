// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/misuse.hpp"

#include "lib/leak_check/report/descriptions.hpp"
#include "lib/leak_check/report/rules.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace handrail::leak_check {

namespace {

// An event whose parts read as a sentence.
step event_step(std::string from, std::string via, evidence known_by,
                std::source_location where = {}) {
    return {.from = std::move(from), .via = std::move(via), .evidence = known_by, .where = where};
}

// key: what sets the event apart from others of the same rule at the same location, if it has one.
finding event_finding(rule const& r, step what, std::string_view key, bool proven = true) {
    finding f = new_finding(r, proven);
    f.fingerprint = f.id + " ";
    if (what.where.line() != 0) {
        f.fingerprint += location_key_text(what.where) + " ";
    }
    f.fingerprint += key;
    f.path.push_back(std::move(what));
    return f;
}

finding handle_finding(handle_facts const& handle, rule const& r, std::string from, std::string via,
                       bool proven = true) {
    std::string const key = from + " " + via;
    finding f = event_finding(
        r, event_step(std::move(from), std::move(via), evidence::guard, handle.where), key, proven);
    f.resource = describe(handle);
    return f;
}

std::string opened_at(std::source_location where) { return "opened at " + location_text(where); }

// "the file opened at app.cc:38".
std::string the_one_opened_at(char const* kind, std::source_location where) {
    return "the " + std::string(kind) + " " + opened_at(where);
}

finding finding_of_facts(double_close const& e) {
    handle_facts const& guard = e.guard;
    std::string const by = guard.rival_kind != nullptr
                               ? "by " + the_one_opened_at(guard.rival_kind, guard.rival_where)
                               : "without its guard";
    finding f = handle_finding(guard, rules::closed_by_another, "it", "was closed already, " + by);
    f.advice =
        "let one guard own the handle: release() it from the other, and do not close the native "
        "handle";
    return f;
}

finding finding_of_facts(close_of_another const& e) {
    std::string const whose = e.owner_kind != nullptr
                                  ? the_one_opened_at(e.owner_kind, e.owner_where)
                                  : std::string("another guard");
    finding f = handle_finding(e.guard, rules::closed_by_another, "its number",
                               "now belongs to " + whose + ", which this close takes away");
    f.advice =
        "close the handle only through its one guard: something closed it without the guard and "
        "the number was used again, or two guards were given one handle";
    return f;
}

// A composed operation starts its next step on a socket that a timeout has closed meanwhile. Asio
// ends it in this way, so this is not a mistake (docs/decisions/0035).
finding finding_of_facts(use_after_close const& e) {
    std::string_view const operation = e.operation;
    return handle_finding(e.guard, rules::used_after_close, e.operation,
                          "after the guard was closed", !operation.starts_with("async_"));
}

finding finding_of_facts(refused_pointer const& e) {
    std::string const cleanup = cleanup_at(e.where), resource = describe(e.owner);
    finding f = event_finding(rules::cleanup_points_into_its_resource,
                              {.from = cleanup,
                               .from_cleanup = true,
                               .reference = reference::pointer,
                               .type = "pointer",
                               .to = resource,
                               .evidence = evidence::argument,
                               .where = e.where},
                              cleanup + " -> pointer into its own resource; refused");
    f.resource = resource;
    return f;
}

finding finding_of_facts(undeclared_edge const& e) {
    std::string const type = type_text(e.type);
    std::string const edge = "edge at offset +" + std::to_string(e.offset) + " of " + type;
    std::string const missing = "is not named by its managed_edges";
    finding f =
        event_finding(rules::not_seen_by_the_collector,
                      event_step(edge, missing, evidence::construction), edge + " " + missing);
    f.advice = "name the edge in managed_edges: cycles through it are not collected";
    f.resource = type;
    return f;
}

finding finding_of_facts(slow_cleanup const& e) {
    using milliseconds = std::chrono::duration<double, std::milli>;
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "ran for %.1f ms", milliseconds(e.time).count());
    finding f =
        event_finding(rules::slow_cleanup,
                      event_step("it", text.data(), evidence::measurement, e.where), "it ran");
    f.resource = cleanup_at(e.where);
    return f;
}

finding finding_of_facts(cleanup_exception const& e) {
    std::string const threw = "threw; the following cleanups ran";
    finding f = event_finding(rules::cleanup_threw,
                              event_step("it", threw, evidence::exception, e.where), "it " + threw);
    f.resource = cleanup_at(e.where);
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

finding finding_of_event(event const& what) {
    finding f = std::visit([](auto const& e) { return finding_of_facts(e); }, what.facts);
    f.count = what.count;
    if (handle_facts const* const guard = guard_of(what.facts)) {
        add_opening(f, *guard, what.time);
    }
    return f;
}

finding replaced(handle_facts const& handle, bool is_open) {
    finding f = is_open ? handle_finding(handle, rules::replaced_without_its_guard, "its number",
                                         "now stands for something else")
                        : handle_finding(handle, rules::replaced_without_its_guard, "nothing",
                                         "is open under its number any more");
    add_opening(f, handle, clock::now());
    return f;
}

finding still_open(handle_facts const& handle) {
    finding f = handle_finding(handle, rules::still_open, handle.kind, opened_at(handle.where));
    add_opening(f, handle, clock::now());
    return f;
}

}  // namespace handrail::leak_check
