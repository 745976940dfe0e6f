// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The leak check's live table: the handles, managed objects and registrations that exist now, and
// the events recorded so far.
//
//  1. Everything has an id; ids grow, and none is used again. An address may be reused, so whatever
//     refers to something that may have been destroyed holds its id.
//  2. An entry is made when the observer is first notified of its subject, and removed when it is
//     notified of its end. That of a guard stays after a close, to recognise uses after it, and for
//     a while after the destructor: see mark_destroyed().
//  3. The object header in an object_entry is alive: its end has not been reported, and is reported
//     under the mutex before its memory is freed.
//
// Thread safety: all uses under registry_mutex; the observer locks it for each notification.

#pragma once

#include "lib/base/mutex.hpp"
#include "lib/leak_check/memory/arena.hpp"
#include "lib/leak_check/registry/entries.hpp"
#include "lib/leak_check/registry/events.hpp"
#include "lib/leak_check/registry/owner_table.hpp"

#include <bit>
#include <cstdint>
#include <vector>

namespace handrail::leak_check {

struct registry {
    entry_id newest_id = 0;
    arena_map<void const*, guard_entry> guards;  // by the guard's address
    // The address of the guard that was destroyed last, inverted: the conservative scan reads this
    // registry, which is in static memory, and must not take it for a reference to that guard.
    std::uintptr_t last_destroyed = 0;
    owner_table owners;                            // of native resources
    arena_map<void const*, object_entry> objects;  // by the object's address
    arena_table<entry_id, void const*> object_addresses;
    arena_table<record const*, registration_entry> registrations;
    std::vector<event> events;      // in the program's heap: they have no addresses of objects
    entry_id scope_start = 0;       // the first id of the newest scoped_check
    entry_id newest_dropped = 0;    // the newest event that was dropped to make room; 0: none
    bool memory_was_short = false;  // something could not be recorded

    void (*at_early_ids)() noexcept = nullptr;

    // Calls at_early_ids with the 1st, 2nd, 4th, 8th … id. exit_report must register with atexit()
    // after the loader has registered its own finalisation, and nothing tells the library when that
    // was. So it registers again, less and less often: soon one of the calls comes late enough.
    entry_id next_id() noexcept {
        if (at_early_ids != nullptr && std::has_single_bit(newest_id + 1)) [[unlikely]] {
            at_early_ids();
        }
        return ++newest_id;
    }
    void clear() noexcept;

    // Returns: null if there is none.
    guard_entry* guard_at(void const* address);
    guard_entry const* guard_at(void const* address) const;
    guard_entry* guard_with(entry_id id);  // searches all of them
    guard_entry const* guard_with(entry_id id) const;
    object_entry const* object_with(entry_id id) const;
    // Returns: the managed object whose memory contains the address; null if there is none.
    object_entry const* object_around(void const* address) const;
    // Returns: the first open handle that lies in the object; null if there is none.
    guard_entry const* open_handle_in(object_entry const& object) const;
    // Returns: whether mark_intentional() has marked the object or a handle in it.
    bool is_intentional(object_entry const& object) const;

    // Requires: the object is alive. Effects: makes its entry if it has none. Returns: its id.
    entry_id require_object(object_header const* managed);
    // Effects: makes an entry if there is none of an open guard at the address, because its
    //   resource was opened before the check was on. Returns: the entry.
    guard_entry& require_guard(void const* address, char const* kind);
    // Effects: calls fn with the entry of the owner, a guard or an object, which is made if there
    //   is none.
    template <class Fn>
    void with_owner(detail::owner_view const& owner, Fn fn) {
        if (owner.managed != nullptr) {
            require_object(owner.managed);
            fn(objects.find(owner.object.begin)->second);
        } else {
            fn(require_guard(owner.object.begin, owner.type->kind));
        }
    }
    // Effects: keeps the entry after the guard's end, since the next guard is often made at this
    //   address: until another guard is destroyed; or, if its loss was reported, until a guard is
    //   made here.
    void mark_destroyed(void const* address, guard_entry& guard);
    void forget_object(object_header const* managed);

    owner_facts facts_of(guard_entry const& guard) const;
    owner_facts facts_of(object_entry const& object) const;

    // Effects: records the event, or counts an equal one of the same scope.
    void add_event(event_facts facts);
};

extern constinit detail::mutex registry_mutex;

// Returns: the only registry, which is never destroyed.
registry& the_registry() noexcept HANDRAIL_REQUIRES(registry_mutex);

// Effects: calls fn, under the registry's mutex, when the 1st, 2nd, 4th, 8th … id is given.
void watch_early_ids(void (*fn)() noexcept) noexcept;

// Around fork(): in the child, the registry is consistent and its mutex free.
void before_fork() noexcept;
void after_fork() noexcept;

// Returns: whether the numbers of the domain are those of the port's handles.
inline bool is_descriptor(std::string_view domain) noexcept { return domain == "fd"; }

}  // namespace handrail::leak_check
