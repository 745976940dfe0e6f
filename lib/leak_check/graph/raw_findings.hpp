// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a look at the graph has found, as plain bytes that a frozen copy can write: places and
// numbers, but no text. Pointers in it are to static storage, or places that the registry knows.

#pragma once

#include "lib/leak_check/registry/registry.hpp"

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <type_traits>

namespace handrail::leak_check {

enum class found_kind : std::uint8_t { handle, managed, standard };
enum class via : std::uint8_t { note, place, edge, bytes };

// A node of the graph, with a handle in it.
struct found_place {
    found_kind kind{};
    number id = 0;
    void const* place = nullptr;
    char const* type = nullptr;  // mangled; of objects
    number handle = 0;           // 0: none
    void const* handle_place = nullptr;
};

struct found_step {
    found_place from, to;
    via how{};
    bool by_cleanup = false;
    detail::track::note::evidence evidence{};  // of a note
    char const* type = nullptr;                // of the reference, mangled; null: not known
    std::source_location where{};              // of the cleanup
    std::ptrdiff_t offset = -1;
    std::ptrdiff_t last_offset = -1;
    std::uint32_t blocks = 0;
};

// A cycle. Its steps follow one another.
struct found_cycle {
    bool precise = false;
    bool leaked_now = false;
    found_place resource;
    std::size_t references = 0;
    std::size_t inside = 0;
    std::size_t count = 1;  // cycles of the same steps
    number order = 0;       // that of its first registration
    std::uint64_t key = 0;  // of its steps
    std::size_t steps = 0;
};

// A reference that keeps nothing alive, from a cleanup to its own resource.
struct found_reference {
    found_place owner;
    bool weak = false;                // else a pointer
    bool to_owner = false;            // else to the object around it
    bool precise = false;             // told by types
    char const* type = nullptr;       // of what is referred to, mangled; null: not known
    bool object_is_standard = false;  // type is that of a control block
    detail::track::note::evidence evidence{};
    std::source_location where{};
    std::ptrdiff_t offset = -1;
    number order = 0;  // of the registration
};

struct found_counts {
    std::size_t handles = 0;
    std::size_t cleanups = 0;
    std::size_t opaque = 0;
};

static_assert(std::is_trivially_copyable_v<found_step> &&
              std::is_trivially_copyable_v<found_cycle> &&
              std::is_trivially_copyable_v<found_reference>);

}  // namespace handrail::leak_check
