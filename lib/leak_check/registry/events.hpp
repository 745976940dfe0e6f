// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Events: what a program did wrong with a handle or in a cleanup, recorded as facts when it
// happened. A report makes findings of them (lib/leak_check/report/misuse.hpp); no sentence is made
// under the registry's lock.
//
//  1. An event holds copies: it says how an entry was, and stays when the entry changes or goes.
//  2. Kinds, types and operations are retained text (retained_text.hpp): static storage.
//  3. Each type of fact has cause(): events of one cause are one event with a count.
//
// Thread safety: plain values.

#pragma once

#include "lib/leak_check/registry/entries.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace handrail::leak_check {

// A handle and its opening.
struct handle_facts {
    entry_id id = 0;
    char const* kind = "";
    std::uint64_t native = 0;
    bool has_number = false;  // native is known and means something
    std::string name;
    std::source_location where;
    clock::time_point since;
    std::vector<void const*> frames;
    // Another guard that had the same resource at one time; null kind: none.
    char const* rival_kind = nullptr;
    std::source_location rival_where;
};

// An owner: a handle, or a managed object and the first open handle that lies in it.
struct owner_facts {
    char const* type = nullptr;  // of the managed object, mangled; null: the owner is the handle
    std::string name;            // of the managed object
    bool has_handle = false;
    bool is_handle = false;  // the object is a handle of the library, and nothing else
    handle_facts handle;
};

handle_facts facts_of(guard_entry const& guard);

// What two locations of one call have in common. Text is retained, so equal text is one pointer.
using location_key = std::tuple<char const*, unsigned, unsigned>;
inline location_key key_of(std::source_location where) noexcept {
    return {where.file_name(), where.line(), where.column()};
}

// A guard closed a resource that was not there any more.
struct double_close {
    handle_facts guard;
    auto cause() const {
        return std::tuple(key_of(guard.where), guard.rival_kind, key_of(guard.rival_where));
    }
};

// A guard closed a resource that now belongs to another guard; null kind: that one is no longer
// known.
struct close_of_another {
    handle_facts guard;
    char const* owner_kind = nullptr;
    std::source_location owner_where;
    auto cause() const { return std::tuple(key_of(guard.where), owner_kind, key_of(owner_where)); }
};

struct use_after_close {
    handle_facts guard;
    char const* operation = "";
    auto cause() const { return std::tuple(key_of(guard.where), operation); }
};

// add_cleanup refused an argument that points into the owner.
struct refused_pointer {
    owner_facts owner;
    std::source_location where;
    auto cause() const { return std::tuple(key_of(where)); }
};

// A class has an edge, offset bytes into it, that its managed_edges does not name.
struct undeclared_edge {
    char const* type = "";  // mangled
    std::size_t offset = 0;
    auto cause() const { return std::tuple(type, offset); }
};

struct slow_cleanup {
    std::source_location where;  // of its registration
    std::chrono::nanoseconds time{0};
    auto cause() const { return std::tuple(key_of(where)); }
};

struct cleanup_exception {
    std::source_location where;  // of its registration
    auto cause() const { return std::tuple(key_of(where)); }
};

using event_facts = std::variant<double_close, close_of_another, use_after_close, refused_pointer,
                                 undeclared_edge, slow_cleanup, cleanup_exception>;

struct event {
    entry_id id = 0;         // of the first occurrence
    clock::time_point time;  // of the first occurrence
    std::size_t count = 1;   // occurrences
    event_facts facts;
};

// Returns: whether the events differ in nothing but time and the handle's name and number.
bool same_cause(event_facts const& a, event_facts const& b);

}  // namespace handrail::leak_check
