// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The entries of the registry: a handle's guard, a managed object, a registration. Text and
// locations in them are retained (retained_text.hpp), so that they outlive their module.
//
// Thread safety: under the registry's mutex.

#pragma once

#include "lib/leak_check/memory/arena.hpp"
#include "lib/leak_check/registry/owner_table.hpp"
#include "lib/track/probe_result.hpp"
#include "platform/types.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <source_location>

namespace handrail::leak_check {

using detail::extent;
using detail::object_header;
using detail::record;
using clock = std::chrono::steady_clock;

struct guard_entry {
    entry_id id = 0;
    char const* kind = "";
    char const* domain = "";
    std::uint64_t native = 0;
    bool destroyed = false;      // the guard: see registry::mark_destroyed()
    bool open = false;           // false: kept after a close, to recognise use after close
    bool known = true;           // false: opened before the check was on, or without memory
    bool numbered = true;        // false: native has no meaning
    bool loss_reported = false;  // somebody else closed its resource, and an event says so
    arena_string name;
    bool named_by_program = false;  // set_name: the library gives it no other name
    std::source_location where;     // of the opening
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
    entry_id id = 0;
    object_header const* managed = nullptr;
    std::size_t size = 0;
    char const* type = "";   // mangled
    bool has_edges = false;  // its class declares edges
    bool intentional = false;
    arena_string name{};
};

// A reference, or a plain pointer, that a registration's payload contains.
struct reference_entry {
    entry_id target = 0;   // the object referred to, or pointed into; never 0
    bool pointer = false;  // a plain pointer
    bool strong = false;
    char const* type = "";
    std::ptrdiff_t offset = -1;  // in the payload; -1: elsewhere
    detail::track::probed_reference::evidence seen_by{};
    std::size_t count = 1;
};

struct registration_entry {
    entry_id id = 0;
    entry_id owner = 0;  // of a guard or an object
    std::source_location where;
    bool probed_incompletely = false;  // the probes could not examine the whole payload
    extent payload;
    arena_vector<reference_entry> references;
    // What the comparison of the payload with its copies found, at level full: blocks to which both
    // refer, and blocks that the payload owns.
    arena_vector<detail::track::common_block> common;
    arena_vector<void const*> own;
};

}  // namespace handrail::leak_check
