// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Each hook takes the registry's lock, calls no user code and never throws: when memory is short,
// reports say that something is missing from them, and the program does not notice.

#include "lib/leak_check/registry/hooks.hpp"

#include "lib/leak_check/registry/copy_comparison.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "lib/leak_check/registry/retained_text.hpp"
#include "platform/port.hpp"

#include <handrail/detail/heap/object_header.hpp>
#include <handrail/leak_check.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <utility>

namespace handrail::leak_check {

namespace {

namespace track = detail::track;

// relaxed, both: they order nothing else.
constinit std::atomic<unsigned> frames_wanted{default_frames};
constinit std::atomic<std::chrono::nanoseconds::rep> slow_limit{0};

// A thread may have seen tracking() just before it was switched off: asked again under the lock,
// where it changes, so that nothing is noted after everything was forgotten.
template <class Fn>
void with_registry(Fn fn) noexcept {
    registry& all = the_registry();
    std::lock_guard hold(all.mutex);
    if (!detail::tracking()) {
        return;
    }
    try {
        fn(all);
    } catch (...) {  // out of memory
        all.memory_was_short = true;
    }
}

resource_id id_of(track::resource const& what) noexcept { return {what.domain, what.number}; }

// The number is that of a resource which another guard has: assigned twice, or closed behind that
// guard and used again. Which one, and whether it is wrong, the closes will tell.
void record_rivals(registry& all, guard_entry& fresh, entry_id owner) {
    if (guard_entry* const other = all.guard_with(owner); other != nullptr && other->open) {
        other->rival_kind = fresh.kind;
        other->rival_where = fresh.where;
        fresh.rival_kind = other->kind;
        fresh.rival_where = other->where;
    }
}

// What a descriptor refers to is asked at level full only: it costs a system call.
port_types::handle_identity identity_of(track::resource const& what) noexcept {
    boost::system::error_code ec;
    return current_level() == level::full && what.numbered && is_descriptor(what.domain)
               ? port::identity_of(static_cast<port::handle>(what.number), ec)
               : port_types::handle_identity{};
}

void record_opening(registry& all, void const* address, track::resource const& what,
                    std::string_view name, std::source_location where,
                    std::span<void const* const> frames) {
    guard_entry& entry = all.guards[address];
    // A socket that connect() gives another descriptor is the same owner: its number stays.
    bool const same = entry.id != 0 && entry.open;
    entry_id const id = same ? entry.id : all.next_id();
    entry.intentional = same && entry.intentional;
    entry.retired = false;
    entry.id = id;
    entry.kind = retain(what.kind);
    entry.domain = retain(what.domain);
    entry.native = what.number;
    entry.open = true;
    entry.known = true;
    entry.numbered = what.numbered;
    entry.blamed = false;
    entry.name.assign(name);
    entry.where = retain(where);
    entry.since = clock::now();
    entry.frames.assign(frames.begin(), frames.end());
    entry.rival_kind = nullptr;
    entry.size = what.guard_size;
    entry.identity = identity_of(what);
    if (!what.numbered) {
        return;
    }
    resource_id const its{entry.domain, what.number};  // the table keeps the domain
    entry_id const before = all.owners.owner(its);
    if (before != 0 && before != id) {
        record_rivals(all, entry, before);
    }
    all.owners.set_owner(its, id);
}

void handle_opened(void const* guard, track::resource const& what, std::string_view name,
                   std::source_location where) noexcept {
    std::array<void const*, most_frames> frames;
    unsigned const wanted = frames_wanted.load(std::memory_order_relaxed);
    std::size_t const found = wanted != 0 ? port::capture_frames(frames.data(), wanted) : 0;
    with_registry([&](registry& all) {
        record_opening(all, guard, what, name, where, std::span(frames).first(found));
    });
}

// A closed guard takes its past along.
void handle_moved(void const* from, void const* to) noexcept {
    with_registry([&](registry& all) {
        all.guards.erase(to);
        if (auto node = all.guards.extract(from); !node.empty()) {
            node.key() = to;
            all.guards.insert(std::move(node));
        }
    });
}

event_facts facts_of_close(guard_entry const& guard, guard_entry const* owner) {
    close_of_another facts;
    facts.guard = facts_of(guard);
    if (owner != nullptr) {
        facts.owner_kind = owner->kind;
        facts.owner_where = owner->where;
    }
    return facts;
}

// One cause is reported once: the guard that closed what was not its own is blamed, and the one
// that lost its resource is not blamed again.
void check_owner(registry& all, guard_entry& guard, resource_id of) {
    entry_id const owner = all.owners.owner(of);
    all.owners.forget(of);
    if (owner == guard.id || guard.blamed) {
        return;
    }
    guard_entry* const other = owner != 0 ? all.guard_with(owner) : nullptr;
    all.add_event(owner != 0 ? facts_of_close(guard, other)
                             : event_facts(double_close{facts_of(guard)}));
    guard.blamed = true;
    if (other != nullptr) {
        other->blamed = true;
    }
}

void record_closing(registry& all, guard_entry& entry, resource_id of) {
    if (std::exchange(entry.open, false) && entry.known && entry.numbered) {
        check_owner(all, entry, of);
    }
}

void handle_closing(void const* guard, track::resource const& what) noexcept {
    with_registry([&](registry& all) {
        if (guard_entry* const entry = all.guard_at(guard)) {
            record_closing(all, *entry, id_of(what));
        }
    });
}

void handle_ending(void const* guard, track::resource const& what) noexcept {
    with_registry([&](registry& all) {
        if (guard_entry* const entry = all.guard_at(guard)) {
            all.retire(guard, *entry);
            record_closing(all, *entry, id_of(what));
        }
    });
}

void handle_was_closed(void const* guard, char const* kind) noexcept {
    with_registry([&](registry& all) {
        guard_entry* const entry = all.guard_at(guard);
        if (entry == nullptr) {  // retired meanwhile, or opened before the check was on
            double_close facts;
            facts.guard.kind = retain(kind);
            facts.guard.since = clock::now();
            all.add_event(std::move(facts));
        } else if (!entry->blamed) {
            entry->blamed = true;
            all.add_event(double_close{facts_of(*entry)});
        }
    });
}

void handle_released(void const* guard, track::resource const& what) noexcept {
    with_registry([&](registry& all) {
        if (guard_entry* const entry = all.guard_at(guard)) {
            if (what.numbered && all.owners.owner(id_of(what)) == entry->id) {
                all.owners.forget(id_of(what));
            }
            all.guards.erase(guard);
        }
    });
}

void handle_used_empty(void const* guard, char const*, char const* operation) noexcept {
    with_registry([&](registry& all) {
        guard_entry const* const entry = all.guard_at(guard);
        if (entry != nullptr && !entry->open && !entry->retired) {
            all.add_event(use_after_close{facts_of(*entry), retain(operation)});
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

// Of a path the end says most.
void find_opening(void const* guard, track::opening& found) noexcept {
    with_registry([&](registry& all) {
        if (guard_entry const* const entry = all.guard_at(guard)) {
            std::size_t const all_of_it = entry->name.size();
            found.where = entry->where;
            found.name_size = std::min(all_of_it, track::opening::longest);
            entry->name.copy(found.name_text, found.name_size, all_of_it - found.name_size);
        }
    });
}

void object_made(object_header const* managed, extent, char const*) noexcept {
    with_registry([&](registry& all) { all.object_of(managed); });
}

void object_ended(object_header const* managed) noexcept {
    with_registry([&](registry& all) { all.forget_object(managed); });
}

// A weak reference may be to an object that has ended, and was told so, already.
bool lives(object_header const& managed) noexcept {
    // relaxed: whoever ends it tells so under the registry's lock.
    return detail::strong_count(managed.word.load(std::memory_order_relaxed)) != 0;
}

reference_entry entry_of(registry& all, track::probed_reference const& seen) {
    reference_entry entry{
        .pointer = seen.managed == nullptr,
        .strong = seen.strong,
        .type = retain(seen.type),
        .offset = seen.offset,
        .seen_by = seen.seen_by,
        .count = seen.count,
    };
    if (entry.pointer) {
        object_entry const* const around = all.object_around(seen.address);
        entry.target = around != nullptr ? around->id : 0;
    } else if (lives(*seen.managed)) {
        entry.target = all.object_of(seen.managed);
    }
    return entry;
}

void part_copied(extent part, void const* copy, track::copied_blocks& found) noexcept {
    if (current_level() == level::full) {
        compare_copy(part, copy, found);
    }
}

void registered(track::registration const& seen) noexcept {
    with_registry([&](registry& all) {
        registration_entry fresh;
        fresh.id = all.next_id();
        fresh.owner = seen.owner.managed != nullptr
                          ? all.object_of(seen.owner.managed)
                          : all.guard_of(seen.owner.object.begin, seen.owner.type->kind).id;
        fresh.where = retain(seen.where);
        fresh.opaque = seen.opaque;
        fresh.payload = seen.payload;
        for (track::probed_reference const& reference : seen.references) {
            if (reference_entry const entry = entry_of(all, reference); entry.target != 0) {
                fresh.references.push_back(entry);
            }
        }
        fresh.common.assign(seen.common.begin(), seen.common.end());
        fresh.own.assign(seen.own.begin(), seen.own.end());
        all.registrations.insert_or_assign(seen.registered, std::move(fresh));
    });
}

void record_ended(record const* ended) noexcept {
    with_registry([&](registry& all) { all.registrations.erase(ended); });
}

void cleanup_threw(std::source_location where) noexcept {
    with_registry([&](registry& all) { all.add_event(cleanup_exception{retain(where)}); });
}

void cleanup_took(std::source_location where, std::chrono::nanoseconds time) noexcept {
    if (time.count() > slow_limit.load(std::memory_order_relaxed)) {
        with_registry([&](registry& all) { all.add_event(slow_cleanup{retain(where), time}); });
    }
}

void pointer_refused(detail::owner_view const& owner, std::source_location where) noexcept {
    with_registry([&](registry& all) {
        all.with_owner(owner, [&](auto& entry) {
            all.add_event(refused_pointer{all.facts_of(entry), retain(where)});
        });
    });
}

void edge_undeclared(char const* type, std::size_t offset) noexcept {
    with_registry([&](registry& all) { all.add_event(undeclared_edge{retain(type), offset}); });
}

}  // namespace

void keep_frames(unsigned wanted) noexcept {
    frames_wanted.store(std::min(wanted, most_frames), std::memory_order_relaxed);
}

void tell_slow_cleanups(std::chrono::nanoseconds limit) noexcept {
    slow_limit.store(limit.count(), std::memory_order_relaxed);
    if (limit.count() != 0) {
        detail::switches.fetch_or(detail::switch_timing, std::memory_order_relaxed);
    } else {
        detail::switches.fetch_and(~detail::switch_timing, std::memory_order_relaxed);
    }
}

constinit track::hooks const hook_table{
    .handle_opened = &handle_opened,
    .handle_moved = &handle_moved,
    .handle_closing = &handle_closing,
    .handle_ending = &handle_ending,
    .handle_released = &handle_released,
    .handle_used_empty = &handle_used_empty,
    .guard_gone = &guard_gone,
    .name_handle = &name_handle,
    .object_made = &object_made,
    .object_ended = &object_ended,
    .registered = &registered,
    .record_ended = &record_ended,
    .cleanup_threw = &cleanup_threw,
    .pointer_refused = &pointer_refused,
    .handle_was_closed = &handle_was_closed,
    .cleanup_took = &cleanup_took,
    .edge_undeclared = &edge_undeclared,
    .part_copied = &part_copied,
    .copies_ended = &count_copied,
    .find_opening = &find_opening,
};

}  // namespace handrail::leak_check
