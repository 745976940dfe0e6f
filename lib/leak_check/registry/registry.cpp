// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry/registry.hpp"

#include "lib/base/error.hpp"
#include "lib/base/no_destroy.hpp"
#include "lib/leak_check/registry/kept.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace handrail::leak_check {

namespace {

bool lies_in(void const* begin, std::size_t size, void const* place) noexcept {
    return extent{begin, size}.contains(place);
}

constexpr std::size_t most_events = 1000;

}  // namespace

registry& the_registry() noexcept {
    static detail::no_destroy<registry> instance;
    return *instance;
}

void watch_first_events(void (*fn)() noexcept) noexcept {
    registry& all = the_registry();
    std::lock_guard hold(all.mutex);
    all.at_first_events = fn;
}

void registry::clear() noexcept {
    guards.clear();
    tags.clear();
    objects.clear();
    object_places.clear();
    registrations.clear();
    events.clear();
    dropped = 0;
    lost = false;
}

guard_entry* registry::guard_at(void const* place) {
    auto const found = guards.find(place);
    return found != guards.end() ? &found->second : nullptr;
}

guard_entry* registry::guard_with(number id) {
    auto const found = std::find_if(guards.begin(), guards.end(),
                                    [&](auto const& each) { return each.second.id == id; });
    return found != guards.end() ? &found->second : nullptr;
}

object_entry const* registry::object_with(number id) const {
    auto const place = object_places.find(id);
    return place != object_places.end() ? &objects.find(place->second)->second : nullptr;
}

object_entry const* registry::object_around(void const* place) const {
    auto const after = objects.upper_bound(place);
    if (after == objects.begin()) {
        return nullptr;
    }
    auto const& [begin, object] = *std::prev(after);
    return lies_in(begin, object.size, place) ? &object : nullptr;
}

number registry::object_of(object_header const* managed) {
    extent const memory = managed->object();
    if (auto const known = objects.find(memory.begin); known != objects.end()) {
        return known->second.id;
    }
    detail::object_operations const& operations = *managed->operations;
    object_entry const fresh{
        .id = next(),
        .managed = managed,
        .size = memory.size,
        .type = kept(operations.type->name()),
        .has_edges = operations.edges != nullptr,
    };
    objects.emplace(memory.begin, fresh);
    object_places.emplace(fresh.id, memory.begin);
    return fresh.id;
}

void registry::forget_object(object_header const* managed) {
    auto const entry = objects.find(managed->object().begin);
    if (entry != objects.end() && entry->second.managed == managed) {
        object_places.erase(entry->second.id);
        objects.erase(entry);
    }
}

guard_entry& registry::guard_of(void const* place, char const* kind) {
    auto const [entry, fresh] = guards.try_emplace(place);
    guard_entry& guard = entry->second;
    if (fresh || !guard.open) {
        guard = {};
        guard.id = next();
        guard.kind = kept(kind);
        guard.known = false;
        guard.open = true;
        guard.since = clock::now();
    }
    return guard;
}

// The entry at the place vacated before may be another guard's by now. One that was blamed stays:
// its close may still be at work, and fail, and must not be told of again.
void registry::vacate(void const* place, guard_entry& ended) {
    ended.gone = true;
    auto const inverted = ~detail::as_integer(place);
    if (vacated != inverted) {
        auto const before = guards.find(reinterpret_cast<void const*>(~vacated));
        if (before != guards.end() && before->second.gone && !before->second.blamed) {
            guards.erase(before);
        }
        vacated = inverted;
    }
}

// Events of different scopes stay apart: the inner one must not count those of the outer. The
// oldest make room, since a scope that reads them all is rarer than one that waits for the next.
void registry::add_event(finding what) {
    auto const same = std::find_if(events.begin(), events.end(), [&](event const& e) {
        return e.id >= scope && e.what.fingerprint == what.fingerprint;
    });
    if (same != events.end()) {
        same->what.count += what.count;
        return;
    }
    if (events.size() == most_events) {
        dropped = events.front().id;
        events.erase(events.begin());
    }
    events.push_back({next(), std::move(what)});
}

std::string describe(guard_entry const& guard) {
    std::string text = guard.kind;
    if (guard.known && guard.numbered) {
        text += " " + std::to_string(guard.native);
    }
    if (!guard.name.empty()) {
        text += " \"" + detail::escaped(std::string_view(guard.name)) + "\"";
    }
    return text;
}

guard_entry const* handle_in(registry const& all, object_entry const& object) {
    auto const begin = all.object_places.at(object.id);
    for (auto inside = all.guards.lower_bound(begin);
         inside != all.guards.end() && lies_in(begin, object.size, inside->first); ++inside) {
        if (inside->second.open) {
            return &inside->second;
        }
    }
    return nullptr;
}

std::string describe(registry const& all, object_entry const& object) {
    guard_entry const* const inside = handle_in(all, object);
    std::string type = type_text(object.type);
    if (!object.name.empty()) {
        type += " \"" + detail::escaped(std::string_view(object.name)) + "\"";
    }
    if (inside == nullptr) {
        return type;
    }
    auto const first = all.guards.find(all.object_places.at(object.id));
    bool const is_all = first != all.guards.end() && &first->second == inside;
    return is_all ? describe(*inside) : type + " with " + describe(*inside);
}

std::string place_text(std::source_location where) {
    if (where.line() == 0) {
        return "unknown place";
    }
    std::string_view file = where.file_name();
    file.remove_prefix(std::min(file.size(), file.find_last_of('/') + 1));
    return std::string(file) + ":" + std::to_string(where.line());
}

std::string place_key(std::source_location where) {
    return place_text(where) + ":" + std::to_string(where.column());
}

std::string type_text(char const* mangled) { return boost::core::demangle(mangled); }

void add_opening(finding& f, guard_entry const& guard) {
    f.opened = guard.where;
    f.age = clock::now() - guard.since;
    f.frames.assign(guard.frames.begin(), guard.frames.end());
}

}  // namespace handrail::leak_check
