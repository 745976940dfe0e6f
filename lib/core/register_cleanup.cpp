// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// add_cleanup behind its templates: what is refused, and how a record joins its owner's chain.

#include <handrail/detail/core/register_cleanup.hpp>

#include "lib/core/generations.hpp"
#include "lib/core/run_loop.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/detail/core/chain.hpp>
#include <handrail/detail/track/observer.hpp>

#include <stdexcept>
#include <string>

namespace handrail::detail {

namespace {

std::string at(std::source_location where) {
    return std::string(where.file_name()) + ":" + std::to_string(where.line());
}

[[gnu::noinline]] void remember_or_undo(record& fresh) {
    try {
        remember_late(fresh);
    } catch (...) {
        if (leak_check_on()) {
            track::the_observer().cleanup_unregistered(&fresh);
        }
        end_payload(fresh);
        fresh.operations->deallocate(&fresh);
        throw;
    }
}

}  // namespace

void throw_self_capture(owner_view const& owner, std::source_location where, std::size_t argument,
                        reach how) {
    if (how == reach::address && leak_check_on()) {
        track::the_observer().pointer_refused(owner, where);
    }
    std::string text =
        "handrail: add_cleanup at " + at(where) + ": argument " + std::to_string(argument);
    std::string const kind = owner.type->kind;
    text +=
        how == reach::counted
            ? " keeps the " + kind +
                  " alive, so that the cleanup would never run; pass what the cleanup needs as "
                  "an argument of its own"
            : " points into the " + kind +
                  ", which is gone when the cleanup runs; pass a copy of what the cleanup needs";
    throw self_capture(text);
}

void throw_empty_owner(char const* operation, owner_view const& owner, std::source_location where) {
    throw std::invalid_argument("handrail: " + std::string(operation) + " at " + at(where) +
                                ": the owner is empty (a " + owner.type->kind +
                                " that was never opened, was closed, released or moved from)");
}

void throw_nothing_to_defer(owner_view const& owner, std::source_location where) {
    throw std::invalid_argument(
        "handrail: defer_close at " + at(where) + ": a " + owner.type->kind +
        " has no close that could be deferred; defer that of the handle inside it");
}

void attach(owner_view const& owner, record& fresh) {
    if (record_generation() == last_generation) [[unlikely]] {
        remember_or_undo(fresh);
    }
    this_thread_state().registered.add(1);
    owner.cleanups->push(fresh, owner.type->concurrent);
}

}  // namespace handrail::detail
