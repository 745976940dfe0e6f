// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What core, observer and probes know of an owner: its chain of cleanups, its memory, and the
// managed object that it is, if it is one. A function found through ADL makes a type an owner:
//
//     owner_view handrail_owner(file& f) noexcept;
//
// Another one makes a type a reference that keeps a managed object alive, which the check for
// self-references follows:
//
//     referent handrail_referent(shared<T> const& s) noexcept;
//
// Thread safety: plain values.

#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace handrail::detail {

class chain;
struct object_header;
struct deferred_close;
struct record;

// The bytes [begin, begin + size), for instance of an owner.
struct extent {
    void const* begin = nullptr;
    std::size_t size = 0;

    // Returns: whether the address is one of a byte. One past the end is not: another object may
    //   begin there.
    bool contains(void const* p) const noexcept {
        auto const* first = static_cast<std::byte const*>(begin);
        auto const* at = static_cast<std::byte const*>(p);
        return !std::less<>{}(at, first) && std::less<>{}(at, first + size);
    }
};

// One for each type of owner; static storage duration.
struct owner_type {
    char const* kind;                              // "file", "tcp socket"; for reports
    bool concurrent;                               // several threads may register cleanups at once
    deferred_close* (*reserve_close)();            // for defer_close; null: no close to defer
    extent (*bytes)(void const* object) noexcept;  // memory that the resource maps; null: none
    // Null: an owner_view of such an owner exists only while it is open.
    bool (*is_open)(void const* object) noexcept = nullptr;
};

struct owner_view {
    chain* cleanups = nullptr;  // null: the owner is empty
    extent object;
    owner_type const* type = nullptr;
    object_header* managed = nullptr;  // the managed object that is the owner; null for a guard
};

// What a counted reference keeps alive.
struct referent {
    object_header const* managed = nullptr;
    extent object;
    bool strong = true;
};

}  // namespace handrail::detail
