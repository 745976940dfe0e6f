// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry/registry.hpp"

#include "lib/base/no_destroy.hpp"
#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/registry/retained_text.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace handrail::leak_check {

namespace {

bool lies_in(void const* begin, std::size_t size, void const* address) noexcept {
    return extent{begin, size}.contains(address);
}

// Returns: whether the mangled name is that of a class in namespace handrail.
bool is_of_library(std::string_view type) noexcept { return type.starts_with("N8handrail"); }

constexpr std::size_t max_events = 1000;

}  // namespace

constinit detail::mutex registry_mutex;

registry& the_registry() noexcept {
    static detail::no_destroy<registry> instance;
    return *instance;
}

void watch_early_ids(void (*fn)() noexcept) noexcept {
    detail::lock_guard hold(registry_mutex);
    registry& all = the_registry();
    all.at_early_ids = fn;
}

// The analysis is off here: one function takes the locks and another releases them.
void before_fork() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    registry_mutex.lock();
    heap_blocks::sanitizer_mutex.lock();
}
void after_fork() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    heap_blocks::sanitizer_mutex.unlock();
    registry_mutex.unlock();
}

void registry::clear() noexcept {
    guards.clear();
    owners.clear();
    objects.clear();
    object_addresses.clear();
    registrations.clear();
    events.clear();
    newest_dropped = 0;
    memory_was_short = false;
}

guard_entry const* registry::guard_at(void const* address) const {
    auto const found = guards.find(address);
    return found != guards.end() ? &found->second : nullptr;
}
guard_entry* registry::guard_at(void const* address) {
    return const_cast<guard_entry*>(std::as_const(*this).guard_at(address));
}

guard_entry const* registry::guard_with(entry_id id) const {
    auto const found = std::find_if(guards.begin(), guards.end(),
                                    [&](auto const& each) { return each.second.id == id; });
    return found != guards.end() ? &found->second : nullptr;
}
guard_entry* registry::guard_with(entry_id id) {
    return const_cast<guard_entry*>(std::as_const(*this).guard_with(id));
}

object_entry const* registry::object_with(entry_id id) const {
    auto const address = object_addresses.find(id);
    return address != object_addresses.end() ? &objects.find(address->second)->second : nullptr;
}

object_entry const* registry::object_around(void const* address) const {
    auto const after = objects.upper_bound(address);
    if (after == objects.begin()) {
        return nullptr;
    }
    auto const& [begin, object] = *std::prev(after);
    return lies_in(begin, object.size, address) ? &object : nullptr;
}

guard_entry const* registry::open_handle_in(object_entry const& object) const {
    auto const begin = object_addresses.at(object.id);
    for (auto inside = guards.lower_bound(begin);
         inside != guards.end() && lies_in(begin, object.size, inside->first); ++inside) {
        if (inside->second.open) {
            return &inside->second;
        }
    }
    return nullptr;
}

bool registry::is_intentional(object_entry const& object) const {
    auto const begin = object_addresses.at(object.id);
    bool marked = object.intentional;
    for (auto inside = guards.lower_bound(begin);
         !marked && inside != guards.end() && lies_in(begin, object.size, inside->first);
         ++inside) {
        marked = inside->second.open && inside->second.intentional;
    }
    return marked;
}

entry_id registry::require_object(object_header const* managed) {
    extent const memory = managed->object();
    if (auto const known = objects.find(memory.begin); known != objects.end()) {
        return known->second.id;
    }
    detail::object_operations const& operations = *managed->operations;
    object_entry const fresh{
        .id = next_id(),
        .managed = managed,
        .size = memory.size,
        .type = retain(operations.type->name()),
        .has_edges = operations.edges != nullptr,
    };
    objects.emplace(memory.begin, fresh);
    object_addresses.emplace(fresh.id, memory.begin);
    return fresh.id;
}

void registry::forget_object(object_header const* managed) {
    auto const entry = objects.find(managed->object().begin);
    if (entry != objects.end() && entry->second.managed == managed) {
        object_addresses.erase(entry->second.id);
        objects.erase(entry);
    }
}

guard_entry& registry::require_guard(void const* address, char const* kind) {
    auto const [entry, fresh] = guards.try_emplace(address);
    guard_entry& guard = entry->second;
    if (fresh || !guard.open) {
        guard = {};
        guard.id = next_id();
        guard.kind = retain(kind);
        guard.known = false;
        guard.open = true;
        guard.since = clock::now();
    }
    return guard;
}

// The address of the guard that was destroyed before may have another guard by now. An entry whose
// loss was reported stays: its close may be under way still, and fail, and must not be reported
// again.
void registry::mark_destroyed(void const* address, guard_entry& guard) {
    guard.destroyed = true;
    auto const inverted = ~detail::as_integer(address);
    if (last_destroyed != inverted) {
        auto const before = guards.find(reinterpret_cast<void const*>(~last_destroyed));
        if (before != guards.end() && before->second.destroyed && !before->second.loss_reported) {
            guards.erase(before);
        }
        last_destroyed = inverted;
    }
}

owner_facts registry::facts_of(guard_entry const& guard) const {
    owner_facts facts;
    facts.has_handle = true;
    facts.handle = leak_check::facts_of(guard);
    return facts;
}

owner_facts registry::facts_of(object_entry const& object) const {
    owner_facts facts;
    facts.type = object.type;
    facts.name = std::string_view(object.name);
    if (guard_entry const* const inside = open_handle_in(object)) {
        auto const first = guards.find(object_addresses.at(object.id));
        facts.has_handle = true;
        facts.is_handle =
            is_of_library(object.type) && first != guards.end() && &first->second == inside;
        facts.handle = leak_check::facts_of(*inside);
    }
    return facts;
}

// Events of different scopes stay apart: the inner scope must not count those of the outer. The
// oldest make room: a scope that reads them all is rarer than one that waits for the next.
void registry::add_event(event_facts facts) {
    auto const same = std::find_if(events.begin(), events.end(), [&](event const& e) {
        return e.id >= scope_start && same_cause(e.facts, facts);
    });
    if (same != events.end()) {
        ++same->count;
        return;
    }
    if (events.size() == max_events) {
        newest_dropped = events.front().id;
        events.erase(events.begin());
    }
    events.push_back({.id = next_id(), .time = clock::now(), .facts = std::move(facts)});
}

}  // namespace handrail::leak_check
