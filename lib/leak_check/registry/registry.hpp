// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the leak check knows: handles, managed objects, registrations, and what went wrong.
//
//  1. Everything has a number, given in the order of events; numbers are never used again.
//     Addresses are: so what refers to something that may have ended holds its number.
//  2. Entries exist from the hook that tells of a beginning to the one that tells of the end.
//  3. A block in objects has not been told to have ended, so its memory is there.
//  4. Text and locations in entries are kept(): they outlive the module that they came from.
//
// Thread safety: all members under mutex; hooks.cpp takes it for each hook.

#pragma once

#include "lib/leak_check/memory/arena.hpp"
#include "lib/leak_check/registry/owner_table.hpp"
#include "lib/track/hooks.hpp"
#include "platform/types.hpp"

#include <handrail/leak_check.hpp>

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <source_location>
#include <vector>

namespace handrail::leak_check {

using detail::extent;
using detail::object_header;
using detail::record;
using clock = std::chrono::steady_clock;

struct guard_entry {
    number id = 0;
    char const* kind = "";
    char const* domain = "";
    std::uint64_t native = 0;
    bool gone = false;     // with its guard: see vacate()
    bool open = false;     // false: remembered after a close, for use after close
    bool known = true;     // false: opened before the check was on; native is not known
    bool numbered = true;  // false: such handles have no number
    bool blamed = false;   // the loss of its resource has been reported
    arena_string name;
    std::source_location where;
    clock::time_point since;
    arena_vector<void const*> frames;
    std::size_t size = 0;                  // of the guard object; 0: not known
    port_types::handle_identity identity;  // when it was opened, at level full; all 0: not known
    bool intentional = false;              // mark_intentional
    // Another guard that had the same resource at one time; null kind: none.
    char const* rival_kind = nullptr;
    std::source_location rival_where;
};

struct object_entry {
    number id = 0;
    object_header const* managed = nullptr;
    std::size_t size = 0;
    char const* type = "";
    bool has_edges = false;  // that its class declares
    bool intentional = false;
    arena_string name{};
};

struct note_entry {
    number target = 0;     // the object referred to, or pointed into; 0: none that is known
    bool pointer = false;  // a plain one
    bool strong = false;
    char const* type = "";
    std::ptrdiff_t offset = -1;
    detail::track::note::evidence seen_by{};
    std::size_t count = 1;
};

struct registration_entry {
    number id = 0;
    number owner = 0;  // of a guard or an object
    std::source_location where;
    bool opaque = false;  // the probes could not look into it completely
    extent payload;
    arena_vector<note_entry> notes;
    // What the copy of the payload told, at level full: control blocks, other blocks in common, and
    // what is the payload's own.
    arena_vector<detail::track::common_block> common;
    arena_vector<void const*> own;
};

struct event {
    number id;
    finding what;
};

struct registry {
    std::mutex mutex;
    number last = 0;
    arena_map<void const*, guard_entry> guards;  // by the guard's address
    // Where the guard was that ended last, inverted: the byte pass reads this registry, which is in
    // static memory, and must not take it for an owner of what lies there.
    std::uintptr_t vacated = 0;
    tag_table tags;                                // the guard whose resource it is
    arena_map<void const*, object_entry> objects;  // by the object's address
    arena_table<number, void const*> object_places;
    arena_table<record const*, registration_entry> registrations;
    std::vector<event> events;
    number scope = 0;    // where the newest scoped_check began
    number dropped = 0;  // the newest event that had to make room for others
    bool lost = false;   // something could not be noted for want of memory

    void (*at_first_events)() noexcept = nullptr;

    // Libraries may have events before the program begins: not the first alone is told of.
    number next() noexcept {
        if (at_first_events != nullptr && std::has_single_bit(last + 1)) [[unlikely]] {
            at_first_events();
        }
        return ++last;
    }
    void clear() noexcept;

    // Returns: null if there is none.
    guard_entry* guard_at(void const* place);
    guard_entry* guard_with(number id);  // looks at all of them
    object_entry const* object_with(number id) const;
    // The managed object whose memory place lies in, or null.
    object_entry const* object_around(void const* place) const;

    // Requires: the object lives. Returns: its number.
    number object_of(object_header const* managed);
    // Calls fn with the entry of the owner, a guard or an object.
    template <class Fn>
    void with_owner(detail::owner_view const& owner, Fn fn) {
        if (owner.managed != nullptr) {
            object_of(owner.managed);
            fn(objects.find(owner.object.begin)->second);
        } else {
            fn(guard_of(owner.object.begin, owner.type->kind));
        }
    }
    // The guard at place, whose resource may have been opened before the check was on.
    guard_entry& guard_of(void const* place, char const* kind);
    // Effects: the entry is kept for the next guard at this place, often the very next one, and
    //   goes when another is vacated; one that was blamed, when there is another guard.
    void vacate(void const* place, guard_entry& ended);
    void forget_object(object_header const* managed);

    // Adds, or counts an equal one of the same scope.
    void add_event(finding what);
};

// The one registry; never destroyed.
registry& the_registry() noexcept;

// Effects: calls fn, under the registry's lock, at the first event and at the 2nd, 4th, 8th … one.
void watch_first_events(void (*fn)() noexcept) noexcept;

// Whether the domain's numbers are those of the port's handles.
inline bool is_descriptor(std::string_view domain) noexcept { return domain == "fd"; }

// "file 7 \"cfg.toml\"".
std::string describe(guard_entry const& guard);
// The first open handle that lies in the object; null if there is none.
guard_entry const* handle_in(registry const& all, object_entry const& object);
// The same for a managed object: by the handle in it, else by its type.
std::string describe(registry const& all, object_entry const& object);
// "app.cc:41".
std::string place_text(std::source_location where);
// For fingerprints: also tells two calls on one line apart.
std::string place_key(std::source_location where);
// The type's name as in source code.
std::string type_text(char const* mangled);
// Effects: the finding tells where, when and by whom the guard was opened.
void add_opening(finding& f, guard_entry const& guard);

}  // namespace handrail::leak_check
