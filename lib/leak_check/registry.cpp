// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry.hpp"

#include "lib/base/error.hpp"

#include <handrail/detail/block.hpp>

#include <boost/core/demangle.hpp>

#include <algorithm>

namespace handrail::leak_check {

namespace {

union undying {
    registry all;
    undying() : all() {}
    ~undying() {}
};

std::byte const* bytes(void const* p) noexcept { return static_cast<std::byte const*>(p); }

constexpr std::size_t most_events = 1000;  // further kinds of events are dropped

}  // namespace

registry& the_registry() noexcept {
    static undying instance;
    return instance.all;
}

void registry::clear() noexcept {
    guards.clear();
    tags.clear();
    objects.clear();
    object_places.clear();
    registrations.clear();
    events.clear();
}

guard_entry* registry::guard_at(void const* place) {
    auto const found = guards.find(place);
    return found != guards.end() ? &found->second : nullptr;
}

guard_entry const* registry::guard_with(number id) const {
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
    return bytes(place) < bytes(begin) + object.size ? &object : nullptr;
}

number registry::object_of(block const* managed) {
    extent const memory = managed->object();
    auto const [entry, fresh] = objects.try_emplace(memory.begin);
    if (fresh) {
        entry->second = {next(), managed, memory.size, managed->operations->type->name()};
        object_places.emplace(entry->second.id, memory.begin);
    }
    return entry->second.id;
}

number registry::guard_of(void const* place, char const* kind) {
    auto const [entry, fresh] = guards.try_emplace(place);
    if (fresh) {
        entry->second.id = next();
        entry->second.kind = kind;
        entry->second.known = false;
        entry->second.open = true;
        entry->second.since = clock::now();
    }
    return entry->second.id;
}

void registry::add_event(finding what) {
    auto const same = std::find_if(events.begin(), events.end(), [&](event const& e) {
        return e.what.fingerprint == what.fingerprint;
    });
    if (same != events.end()) {
        same->id = next();
        ++same->what.count;
    } else if (events.size() != most_events) {
        events.push_back({next(), std::move(what)});
    }
}

std::string describe(guard_entry const& guard) {
    std::string text = guard.kind;
    if (guard.known) {
        text += " " + std::to_string(guard.native);
    }
    if (!guard.name.empty()) {
        text += " \"" + detail::escaped(std::string_view(guard.name)) + "\"";
    }
    return text;
}

std::string describe(registry const& all, object_entry const& object) {
    auto const begin = all.object_places.at(object.id);
    auto const inside = all.guards.lower_bound(begin);
    std::string const type = type_text(object.type);
    if (inside != all.guards.end() && bytes(inside->first) < bytes(begin) + object.size &&
        inside->second.open) {
        return inside->first == begin ? describe(inside->second)
                                      : type + " with " + describe(inside->second);
    }
    return type;
}

std::string place_text(std::source_location where) {
    if (where.line() == 0) {
        return "unknown place";
    }
    std::string_view file = where.file_name();
    file.remove_prefix(std::min(file.size(), file.find_last_of('/') + 1));
    return std::string(file) + ":" + std::to_string(where.line());
}

std::string type_text(char const* mangled) { return boost::core::demangle(mangled); }

}  // namespace handrail::leak_check
