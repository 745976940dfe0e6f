// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/registry/handle_lifecycle.hpp"

#include "lib/leak_check/registry/retained_text.hpp"
#include "platform/port.hpp"

#include <handrail/leak_check.hpp>

#include <utility>

namespace handrail::leak_check {

namespace {

namespace track = detail::track;

resource_id id_of(track::handle_description const& what) noexcept {
    return {what.domain, what.number};
}

// Two guards have a resource of one number: both were given it, or the first guard's was closed
// without the guard and the number was used again. Which it was, and whether it is a mistake, shows
// when they close it.
void record_rivals(registry& all, guard_entry& fresh, entry_id owner) {
    if (guard_entry* const other = all.guard_with(owner); other != nullptr && other->open) {
        other->rival_kind = fresh.kind;
        other->rival_where = fresh.where;
        fresh.rival_kind = other->kind;
        fresh.rival_where = other->where;
    }
}

void record_owner(registry& all, guard_entry& fresh) {
    resource_id const its{fresh.domain, fresh.native};  // the table keeps a pointer to the domain
    entry_id const before = all.owners.owner(its);
    if (before != 0 && before != fresh.id) {
        record_rivals(all, fresh, before);
    }
    all.owners.set_owner(its, fresh.id);
}

// At level full only: it costs a system call.
port_types::handle_identity identity_of(track::handle_description const& what) noexcept {
    boost::system::error_code ec;
    return current_level() == level::full && what.numbered && is_descriptor(what.domain)
               ? port::identity_of(static_cast<port::handle>(what.number), ec)
               : port_types::handle_identity{};
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

// One cause is reported once: the guard that closed what it did not own has lost its resource
// before, and the owner loses it now; the owner's close is bound to fail.
void check_owner(registry& all, guard_entry& guard, resource_id of) {
    entry_id const owner = all.owners.owner(of);
    all.owners.forget(of);
    if (owner == guard.id || guard.loss_reported) {
        return;
    }
    guard_entry* const other = owner != 0 ? all.guard_with(owner) : nullptr;
    all.add_event(owner != 0 ? facts_of_close(guard, other)
                             : event_facts(double_close{facts_of(guard)}));
    guard.loss_reported = true;
    if (other != nullptr) {
        other->loss_reported = true;
    }
}

}  // namespace

void record_opening(registry& all, void const* address, track::handle_description const& what,
                    std::string_view name, std::source_location where,
                    std::span<void const* const> frames) {
    guard_entry& entry = all.guards[address];
    // After record_replacing(), as for a socket that connect() gives another descriptor, the guard
    // is the same owner and keeps its id.
    bool const same = entry.id != 0 && entry.open;
    entry_id const id = same ? entry.id : all.next_id();
    entry.known = false;  // until all is recorded: memory may run short before
    entry.intentional = same && entry.intentional;
    entry.named_by_program = same && entry.named_by_program;
    entry.destroyed = false;
    entry.id = id;
    entry.kind = retain(what.kind);
    entry.domain = retain(what.domain);
    entry.native = what.number;
    entry.open = true;
    entry.numbered = what.numbered;
    entry.loss_reported = false;
    if (!entry.named_by_program) {
        entry.name.assign(name);
    }
    entry.where = retain(where);
    entry.since = clock::now();
    entry.frames.assign(frames.begin(), frames.end());
    entry.rival_kind = nullptr;
    entry.size = what.guard_size;
    entry.identity = identity_of(what);
    if (what.numbered) {
        record_owner(all, entry);
    }
    entry.known = true;
}

void record_closing(registry& all, guard_entry& guard, track::handle_description const& what) {
    if (std::exchange(guard.open, false) && guard.known && guard.numbered) {
        check_owner(all, guard, id_of(what));
    }
}

// Until record_opening(), the number belongs to nothing, or to something else.
void record_replacing(registry& all, guard_entry& guard, track::handle_description const& what) {
    guard.identity = {};
    if (guard.open && guard.known && guard.numbered) {
        check_owner(all, guard, id_of(what));
    }
}

void record_found_closed(registry& all, void const* address, track::handle_description const& what,
                         track::opening const& known) {
    guard_entry* const entry = address != nullptr ? all.guard_at(address) : nullptr;
    if (entry != nullptr && !entry->loss_reported) {
        entry->loss_reported = true;
        all.add_event(double_close{facts_of(*entry)});
    } else if (entry == nullptr && !known.loss_reported) {
        double_close facts;
        facts.guard.kind = retain(what.kind);
        facts.guard.native = what.number;
        facts.guard.has_number = what.numbered;
        facts.guard.name = known.name();
        facts.guard.where = known.where;
        facts.guard.since = clock::now();
        all.add_event(std::move(facts));
    }
}

void record_release(registry& all, void const* address, track::handle_description const& what) {
    guard_entry const* const entry = all.guard_at(address);
    if (entry == nullptr) {
        return;
    }
    if (what.numbered && all.owners.owner(id_of(what)) == entry->id) {
        all.owners.forget(id_of(what));
    }
    all.guards.erase(address);
}

void record_use_when_empty(registry& all, void const* address, char const* operation) {
    guard_entry const* const entry = all.guard_at(address);
    if (entry != nullptr && !entry->open && !entry->destroyed) {
        all.add_event(use_after_close{facts_of(*entry), retain(operation)});
    }
}

}  // namespace handrail::leak_check
