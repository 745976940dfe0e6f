// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The public functions of <handrail/leak_check.hpp>; to_text() and to_json() are in
// report/written_down.cpp.

#include "lib/leak_check/registry/handles.hpp"
#include "lib/leak_check/registry/registry_observer.hpp"
#include "lib/leak_check/run_check.hpp"

#include <handrail/detail/core/register_cleanup.hpp>
#include <handrail/leak_check.hpp>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <string_view>

namespace handrail::leak_check {

namespace {

constexpr unsigned switches_of_levels = detail::switch_leak_check | detail::switch_wipe;

constexpr unsigned switches_of(level wanted) noexcept {
    switch (wanted) {
        case level::off: break;
        case level::handles: return detail::switch_leak_check;
        case level::full: return detail::switch_leak_check | detail::switch_wipe;
    }
    return 0;
}

constinit std::atomic<level> level_now{level::off};

template <class Fn>
void change_entry(char const* operation, owner_ref owner, Fn fn) {
    detail::owner_view const& view = owner.view();
    detail::require_owner(operation, view, owner.where());
    detail::lock_guard hold(registry_mutex);
    registry& all = the_registry();
    if (detail::leak_check_on()) {
        all.with_owner(view, fn);
    }
}

}  // namespace

// relaxed, here and below: a thread that sees the old level acts as if it had come a moment
// earlier. The observer checks again under the mutex.
level current_level() noexcept { return level_now.load(std::memory_order_relaxed); }

void set_level(level wanted) {
    install_observer();
    detail::lock_guard hold(registry_mutex);
    registry& all = the_registry();
    level_now.store(wanted, std::memory_order_relaxed);
    if (wanted == level::off) {
        all.clear();
    }
    unsigned const on = switches_of(wanted);
    detail::switches.fetch_or(on, std::memory_order_relaxed);
    detail::switches.fetch_and(~(switches_of_levels & ~on), std::memory_order_relaxed);
}

report check_now(options const& what) { return run_check(0, what); }

std::vector<live_handle> live_handles() {
    detail::lock_guard hold(registry_mutex);
    registry& all = the_registry();
    std::vector<handle_facts> const open = open_handles(all);
    hold.unlock();
    auto const now = clock::now();
    std::vector<live_handle> handles;
    handles.reserve(open.size());
    std::transform(open.begin(), open.end(), std::back_inserter(handles),
                   [&](handle_facts const& each) {
                       return live_handle{
                           .kind = each.kind,
                           .number = each.native,
                           .name = each.name,
                           .age = now - each.since,
                           .where = each.where,
                           .frames = each.frames,
                       };
                   });
    return handles;
}

scoped_check::scoped_check() : since_(0) {
    if (current_level() == level::off) {
        set_level(level::handles);
    }
    detail::lock_guard hold(registry_mutex);
    registry& all = the_registry();
    since_ = all.newest_id + 1;
    all.scope_start = since_;
}

report scoped_check::finish() { return run_check(since_, {.open_handles = true}); }

void set_name(owner_ref owner, std::string_view name) {
    change_entry("set_name", owner, [&](auto& entry) {
        entry.name = arena_string(name);
        if constexpr (requires { entry.named_by_program; }) {
            entry.named_by_program = true;
        }
    });
}

void mark_intentional(owner_ref owner, std::string_view) {
    change_entry("mark_intentional", owner, [](auto& entry) { entry.intentional = true; });
}

}  // namespace handrail::leak_check
