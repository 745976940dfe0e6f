// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a probe has found out about one registration, and passes to the observer.
//
// Thread safety: plain values.

#pragma once

#include <handrail/detail/track/observer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <span>

namespace handrail::detail::track {

// A reference that was built, or an address that was found, while a cleanup was registered.
struct probed_reference {
    enum class evidence { move_probe, copy_probe, argument };
    object_header const* managed;  // null for a plain address
    // What a plain address points to. Of a counted reference: where it lies, while the probe is
    // active; then null.
    void const* address;
    char const* type;       // of the managed object; static storage
    std::ptrdiff_t offset;  // of the reference in the record's payload; -1: elsewhere
    bool strong;
    evidence seen_by;
    std::size_t count;  // references to the same object that differ in nothing above
    // Of a copy's reference: what observer::id_of() said of the object when the reference was
    // built; the object may have been made by the copying, and have ended since. Else 0.
    std::uint64_t object_id = 0;
};

// A heap block to which a payload and its copies both refer.
struct common_block {
    void const* begin;
    std::uint32_t words;  // in the copies, that refer to it
    // How many references the copies held, once copies_destroyed() has been called; before that,
    // what the observer stores there.
    std::uint32_t strong;
    std::uint32_t weak;
};

// What comparing a payload with its copies found. Not initialised: a registration pays for what it
// records.
struct compared_blocks {
    std::size_t common_count = 0;
    std::size_t own_count = 0;
    std::array<common_block, 32> common;
    std::array<void const*, 64> own;  // heap blocks of the payload: in the same position the copy
                                      // refers to a different one

    std::span<common_block> all_common() noexcept { return std::span(common).first(common_count); }
    std::span<void const*> all_own() noexcept { return std::span(own).first(own_count); }
};

struct registration {
    record const* registered;
    owner_view owner;
    std::source_location where;
    extent payload;
    std::span<probed_reference const> references;
    std::span<common_block const> common;
    std::span<void const* const> own;
    bool incomplete;  // not all of the payload was copied, or there were too many references
};

}  // namespace handrail::detail::track
