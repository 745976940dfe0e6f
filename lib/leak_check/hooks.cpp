// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Each hook takes the registry's lock, calls no user code and never throws: when memory is short, what
// it would have noted is missing from later reports, and the program does not notice.

#include "lib/leak_check/hooks.hpp"

#include "lib/leak_check/registry.hpp"

#include <handrail/detail/block.hpp>

#include <string>
#include <utility>

namespace handrail::leak_check {

namespace {

namespace track = detail::track;

template <class Fn>
void with_registry(Fn fn) noexcept {
    try {
        registry& all = the_registry();
        std::lock_guard hold(all.mutex);
        fn(all);
    } catch (...) {  // out of memory
    }
}

tag tag_of(track::resource const& what) noexcept { return {what.domain, what.number}; }

void handle_opened(void const* guard, track::resource const& what, std::string_view name,
                   std::source_location where) noexcept {
    with_registry([&](registry& all) {
        guard_entry& entry = all.guards[guard];
        // A socket that connect() gives another descriptor is the same owner: its number stays.
        number const id = entry.id != 0 && entry.open ? entry.id : all.next();
        entry = {.id = id,
                 .kind = what.kind,
                 .domain = what.domain,
                 .native = what.number,
                 .open = true,
                 .known = true,
                 .name = arena_string(name),
                 .where = where,
                 .since = clock::now()};
        all.tags[tag_of(what)] = id;
    });
}

void handle_moved(void const* from, void const* to) noexcept {
    with_registry([&](registry& all) {
        all.guards.erase(to);
        if (auto node = all.guards.extract(from); !node.empty() && node.mapped().open) {
            node.key() = to;
            all.guards.insert(std::move(node));
        }
    });
}

finding misuse(std::string id, guard_entry const& guard, std::string what, std::string advice) {
    finding f{};
    f.id = std::move(id);
    f.grade = grade::certain;
    f.resource = describe(guard);
    f.fingerprint = f.id + " " + guard.kind + " " + place_text(guard.where) + " " + what;
    f.path.push_back({std::move(what), "guard", guard.where});
    f.advice = std::move(advice);
    f.count = 1;
    f.opened = guard.where;
    f.age = clock::now() - guard.since;
    return f;
}

void check_tag(registry& all, guard_entry const& guard, tag const& key) {
    auto const owner = all.tags.find(key);
    if (owner == all.tags.end()) {
        all.add_event(misuse("HR010", guard, "it was closed already, not by this guard",
                             "let one guard own the handle: release() it from the other, or do not close behind it"));
    } else if (owner->second != guard.id) {
        guard_entry const* const other = all.guard_with(owner->second);
        std::string const whose = other != nullptr ? std::string(other->kind) + " opened at " + place_text(other->where)
                                                   : "another guard";
        all.add_event(misuse("HR010", guard, "its number now belongs to " + whose + ", which this close takes away",
                             "something closed the handle behind its guard and the number was used again: close "
                             "only through the guard"));
        all.tags.erase(owner);
    } else {
        all.tags.erase(owner);
    }
}

void handle_closing(void const* guard, track::resource const& what) noexcept {
    with_registry([&](registry& all) {
        guard_entry* const entry = all.guard_at(guard);
        if (entry == nullptr || !entry->open) {
            return;
        }
        if (entry->known) {
            check_tag(all, *entry, tag_of(what));
        }
        entry->open = false;
    });
}

void handle_released(void const* guard, track::resource const& what) noexcept {
    with_registry([&](registry& all) {
        if (guard_entry* const entry = all.guard_at(guard)) {
            auto const owner = all.tags.find(tag_of(what));
            if (owner != all.tags.end() && owner->second == entry->id) {
                all.tags.erase(owner);
            }
            all.guards.erase(guard);
        }
    });
}

void handle_used_empty(void const* guard, char const*, char const* operation) noexcept {
    with_registry([&](registry& all) {
        guard_entry const* const entry = all.guard_at(guard);
        if (entry != nullptr && !entry->open) {
            all.add_event(misuse("HR011", *entry, std::string(operation) + " after the guard was closed",
                                 "end what uses the handle before closing it"));
        }
    });
}

void guard_gone(void const* guard) noexcept {
    with_registry([&](registry& all) { all.guards.erase(guard); });
}

void name_handle(void const* guard, std::string_view name) noexcept {
    with_registry([&](registry& all) {
        if (guard_entry* const entry = all.guard_at(guard)) {
            entry->name = arena_string(name);
        }
    });
}

void block_made(block const* managed, extent, char const*) noexcept {
    with_registry([&](registry& all) { all.object_of(managed); });
}

void block_ended(block const* managed) noexcept {
    with_registry([&](registry& all) {
        auto const entry = all.objects.find(managed->object().begin);
        if (entry != all.objects.end() && entry->second.managed == managed) {
            all.object_places.erase(entry->second.id);
            all.objects.erase(entry);
        }
    });
}

void registered(track::registration const& seen) noexcept {
    with_registry([&](registry& all) {
        registration_entry fresh;
        fresh.id = all.next();
        fresh.owner = seen.owner.managed != nullptr
                          ? all.object_of(seen.owner.managed)
                          : all.guard_of(seen.owner.object.begin, seen.owner.type->kind);
        fresh.where = seen.where;
        fresh.opaque = seen.opaque;
        for (track::note const& note : seen.notes) {
            fresh.notes.push_back({note.managed != nullptr ? all.object_of(note.managed) : 0, note.address,
                                   note.type, note.offset, note.strong, note.seen_by});
        }
        all.registrations[seen.registered] = std::move(fresh);
    });
}

void record_ended(record const* ended) noexcept {
    with_registry([&](registry& all) { all.registrations.erase(ended); });
}

void cleanup_threw(std::source_location where) noexcept {
    with_registry([&](registry& all) {
        finding f{};
        f.id = "HR031";
        f.grade = grade::note;
        f.resource = "cleanup at " + place_text(where);
        f.path.push_back({"it threw; the following cleanups ran", "failure", where});
        f.advice = "catch what a cleanup can recover from inside it";
        f.fingerprint = f.id + " " + place_text(where);
        f.count = 1;
        all.add_event(std::move(f));
    });
}

void pointer_refused(detail::owner_view const& owner, std::source_location where) noexcept {
    with_registry([&](registry& all) {
        finding f{};
        f.id = "HR003";
        f.grade = grade::certain;
        f.resource = owner.managed != nullptr ? describe(all, *all.object_with(all.object_of(owner.managed)))
                                              : describe(*all.guard_with(all.guard_of(owner.object.begin, owner.type->kind)));
        f.path.push_back({"cleanup at " + place_text(where) + " -> pointer into its own resource; refused",
                          "argument", where});
        f.advice = "pass a copy of what the cleanup needs";
        f.fingerprint = f.id + " " + place_text(where);
        f.count = 1;
        all.add_event(std::move(f));
    });
}

}  // namespace

constinit track::hooks const hook_table{
    &handle_opened,     &handle_moved, &handle_closing, &handle_released, &handle_used_empty, &guard_gone,
    &name_handle,       &block_made,   &block_ended,    &registered,      &record_ended,      &cleanup_threw,
    &pointer_refused,
};

}  // namespace handrail::leak_check
