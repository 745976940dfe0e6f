// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/retention.hpp"

#include <algorithm>

namespace handrail::leak_check {

retention::retention(registry const& all) : all_(all) {
    for (auto const& [place, guard] : all.guards) {
        if (guard.open) {  // a closed one waits for nothing, wherever it lies
            guards_.emplace(guard.id, guard_place{place, &guard});
        }
    }
    add_registrations();
    add_places();
}

node retention::node_of(number id) {
    auto const [entry, fresh] = nodes_.try_emplace(id, static_cast<node>(owners_.size()));
    if (fresh) {
        owners_.push_back(id);
        arcs_.emplace_back();
    }
    return entry->second;
}

void retention::add_arc(cause const& why) {
    node const from = node_of(why.from);
    node const to = node_of(why.to);
    arcs_[from].push_back({to, static_cast<std::uint32_t>(causes_.size())});
    causes_.push_back(why);
}

void retention::add_registrations() {
    registrations_.reserve(all_.registrations.size());
    for (auto const& [at, registration] : all_.registrations) {
        registrations_.push_back(&registration);
    }
    std::sort(registrations_.begin(), registrations_.end(),
              [](auto const* a, auto const* b) { return a->id < b->id; });
    for (registration_entry const* each : registrations_) {
        for (note_entry const& note : each->notes) {
            if (note.strong && all_.object_with(note.target) != nullptr) {
                add_arc({each, &note, each->owner, note.target});
            }
        }
    }
}

// Only objects that are referred to can be in a cycle, and only through handles with cleanups.
void retention::add_places() {
    for (node n = 0, before = static_cast<node>(owners_.size()); n != before; ++n) {
        auto const guard = guards_.find(owners_[n]);
        if (guard == guards_.end()) {
            continue;
        }
        object_entry const* const around = all_.object_around(guard->second.place);
        if (around != nullptr && nodes_.contains(around->id)) {
            add_arc({nullptr, nullptr, around->id, owners_[n]});
        }
    }
}

guard_entry const* retention::guard_with(number id) const {
    auto const found = guards_.find(id);
    return found != guards_.end() ? found->second.guard : nullptr;
}

object_entry const* retention::home_of(registration_entry const& r) const {
    if (auto const* const object = all_.object_with(r.owner)) {
        return object;
    }
    auto const guard = guards_.find(r.owner);
    return guard != guards_.end() ? all_.object_around(guard->second.place) : nullptr;
}

std::string retention::describe_owner(number id) const {
    if (guard_entry const* const guard = guard_with(id)) {
        return describe(*guard);
    }
    auto const* const object = all_.object_with(id);
    return object != nullptr ? describe(all_, *object) : "an object";
}

guard_entry const* retention::handle_of(number id) const {
    if (guard_entry const* const guard = guard_with(id)) {
        return guard;
    }
    object_entry const* const object = all_.object_with(id);
    return object != nullptr ? handle_in(all_, *object) : nullptr;
}

}  // namespace handrail::leak_check
