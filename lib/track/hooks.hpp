// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The seam between the library and its leak check. Everything below reports here; the leak check,
// which lies above, fills the table in when it is switched on. A table is never taken away again,
// so a caller that saw tracking() may always call through it.
//
// Thread safety: set once or more by any thread, read by all.

#pragma once

#include <handrail/detail/track/track.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <span>
#include <string_view>

namespace handrail::detail::track {

// A reference met while a cleanup was registered.
struct probed_reference {
    enum class evidence { move_probe, copy_probe, argument };
    object_header const* managed;  // null for a plain address
    void const* address;           // what is pointed to, for plain addresses; else null
    char const* type;              // of the managed object; static storage
    std::ptrdiff_t offset;         // of the reference in the record's payload; -1: elsewhere
    bool strong;
    evidence seen_by;
    std::size_t count;  // references to the same object that differ in nothing above
};

// A heap block to which a payload and its copies both refer. Between the hooks that tell of copies,
// the counts are what those of the leak check make of them.
struct common_block {
    void const* begin;
    std::uint32_t words;   // in the copies
    std::uint32_t strong;  // references in the copies, when they have ended
    std::uint32_t weak;
};
// What a copy tells. Not initialised: a registration costs what it notes.
struct copied_blocks {
    std::size_t commons = 0;
    std::size_t owns = 0;
    std::array<common_block, 32> common;
    std::array<void const*, 64> own;  // heap blocks of the payload of which the copy has one, too

    std::span<common_block> all_common() noexcept { return std::span(common).first(commons); }
    std::span<void const*> all_own() noexcept { return std::span(own).first(owns); }
};

struct registration {
    record const* registered;
    owner_view owner;
    std::source_location where;
    extent payload;
    std::span<probed_reference const> references;
    std::span<common_block const> common;
    std::span<void const* const> own;
    bool opaque;  // not all of the payload was copied, or there were too many references to note
};

// Every function is noexcept and must not call back into user code.
struct hooks {
    void (*handle_opened)(void const*, resource const&, std::string_view,
                          std::source_location) noexcept;
    void (*handle_moved)(void const*, void const*) noexcept;
    void (*handle_closing)(void const*, resource const&) noexcept;
    void (*handle_ending)(void const*, resource const&) noexcept;
    void (*handle_released)(void const*, resource const&) noexcept;
    void (*handle_used_empty)(void const*, char const*, char const*) noexcept;
    void (*guard_gone)(void const*) noexcept;
    void (*name_handle)(void const*, std::string_view) noexcept;
    void (*object_made)(object_header const*, extent, char const*) noexcept;
    void (*object_ended)(object_header const*) noexcept;
    void (*registered)(registration const&) noexcept;
    void (*record_ended)(record const*) noexcept;
    void (*cleanup_threw)(std::source_location) noexcept;
    void (*pointer_refused)(owner_view const&, std::source_location) noexcept;
    void (*handle_was_closed)(void const*, char const*) noexcept;
    void (*cleanup_took)(std::source_location, std::chrono::nanoseconds) noexcept;
    void (*edge_undeclared)(char const*, std::size_t) noexcept;
    void (*part_copied)(extent, void const*, copied_blocks&) noexcept;
    void (*copies_ended)(copied_blocks&) noexcept;
    void (*find_opening)(void const*, opening&) noexcept;
};

// Tell the table of the copy of a part of a payload, while it and those before it exist, of the end
// of all copies, and of a finished registration.
void part_copied(extent part, void const* copy, copied_blocks& found) noexcept;
void copies_ended(copied_blocks& found) noexcept;
void registration_seen(registration const& seen) noexcept;

// Requires: the table has static storage duration and no null function.
void set_hooks(hooks const* table) noexcept;

void cleanup_threw(std::source_location where) noexcept;
// A cleanup has run for so long. Call when timing().
void cleanup_took(std::source_location where, std::chrono::nanoseconds time) noexcept;

}  // namespace handrail::detail::track
