// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the leak check knows: handles, managed objects, registrations, and what went wrong.
//
//  1. Everything has a number, given in the order of events; numbers are never used again. Addresses are: so what refers to something
//     that may have ended holds its number.
//  2. Entries exist from the hook that tells of a beginning to the one that tells of the end.
//
// Thread safety: all members under lock(); hooks.cpp takes it for each hook.

#pragma once

#include "lib/leak_check/arena.hpp"
#include "lib/track/hooks.hpp"

#include <handrail/leak_check.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <source_location>
#include <string_view>

namespace handrail::leak_check {

using number = std::uint64_t;  // of an entry; 0 for none
using detail::block;
using detail::extent;
using detail::record;
using clock = std::chrono::steady_clock;

struct guard_entry {
    number id = 0;
    char const* kind = "";
    char const* domain = "";
    std::uint64_t native = 0;
    bool open = false;   // false: remembered after a close, for use after close
    bool known = true;   // false: opened before the check was on; native is not known
    arena_string name;
    std::source_location where;
    clock::time_point since;
};

struct object_entry {
    number id = 0;
    block const* managed = nullptr;
    std::size_t size = 0;
    char const* type = "";
};

struct note_entry {
    number target = 0;            // of an object
    void const* address = nullptr;  // of a plain pointer
    char const* type = "";
    std::ptrdiff_t offset = -1;
    bool strong = false;
    detail::track::note::evidence seen_by{};
};

struct registration_entry {
    number id = 0;
    number owner = 0;  // of a guard or an object
    std::source_location where;
    bool opaque = false;
    arena_vector<note_entry> notes;
};

// Two descriptors are one resource when domain and number are equal.
struct tag {
    std::string_view domain;
    std::uint64_t native;
    auto operator<=>(tag const&) const = default;
};

struct event {
    number id;
    finding what;
};

struct registry {
    std::mutex mutex;
    number last = 0;
    arena_map<void const*, guard_entry> guards;    // by the guard's address
    arena_map<tag, number> tags;                   // whose resource it is
    arena_map<void const*, object_entry> objects;  // by the object's address
    arena_table<number, void const*> object_places;
    arena_table<record const*, registration_entry> registrations;
    std::vector<event> events;

    number next() noexcept { return ++last; }
    void clear() noexcept;

    // Returns: null if there is none.
    guard_entry* guard_at(void const* place);
    guard_entry const* guard_with(number id) const;
    object_entry const* object_with(number id) const;
    // The managed object whose memory place lies in, or null.
    object_entry const* object_around(void const* place) const;
    // Also for an object made before the check was on.
    number object_of(block const* managed);
    number guard_of(void const* place, char const* kind);

    // Adds, or counts an equal one.
    void add_event(finding what);
};

// The one registry; never destroyed.
registry& the_registry() noexcept;

// "file 7 \"cfg.toml\"".
std::string describe(guard_entry const& guard);
// The same for a managed object: by the handle in it, else by its type.
std::string describe(registry const& all, object_entry const& object);
std::string place_text(std::source_location where);
// The type's name as in source code.
std::string type_text(char const* mangled);

}  // namespace handrail::leak_check
