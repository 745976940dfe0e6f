// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the core knows of an owner: where its cleanups hang, which memory ends with it, and which
// managed object (if any) it is. A type becomes an owner by a function found through ADL:
//
//     owner_view handrail_owner(file& f) noexcept;
//
// and a reference that keeps managed objects alive makes itself known to the check for
// self-references in the same way:
//
//     referent handrail_referent(shared<T> const& s) noexcept;

#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace handrail::detail {

class chain;
struct object_header;
struct deferred_close;
struct record;

// Bytes [begin, begin + size) of memory that ends with an owner.
struct extent {
    void const* begin = nullptr;
    std::size_t size = 0;

    // One past the end is outside: another object may begin there.
    bool contains(void const* p) const noexcept {
        auto const* first = static_cast<std::byte const*>(begin);
        auto const* at = static_cast<std::byte const*>(p);
        return !std::less<>{}(at, first) && std::less<>{}(at, first + size);
    }
};

// One per type of owner, with static storage duration.
struct owner_type {
    char const* kind;                              // "file", "tcp socket"; for reports
    bool concurrent;                               // several threads may register at once
    deferred_close* (*reserve_close)();            // for defer_close; null: nothing can be deferred
    extent (*bytes)(void const* object) noexcept;  // memory that the resource maps; null: none
    bool (*is_open)(void const* object) noexcept =
        nullptr;  // null: as long as there is a view of it
};

struct owner_view {
    chain* cleanups = nullptr;  // null: the owner is empty
    extent object;
    owner_type const* type = nullptr;
    object_header* managed = nullptr;  // the managed object that is the owner; null for a handle
};

// What a counted reference keeps alive.
struct referent {
    object_header const* managed = nullptr;
    extent object;
    bool strong = true;
};

}  // namespace handrail::detail
