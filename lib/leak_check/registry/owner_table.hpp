// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The owners of native resources: for each resource, the id of the guard that owns it.
//
// Every opening and closing looks an owner up. Descriptors are small, dense numbers: their owners
// lie in an array, by descriptor. Owners of larger numbers and of other domains lie in a map.
//
// Thread safety: none; the registry's lock covers it.

#pragma once

#include "lib/leak_check/memory/arena.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace handrail::leak_check {

using entry_id = std::uint64_t;  // of an entry of the registry; 0: none

// Names a resource of the system: equal domain and native mean the same resource.
struct resource_id {
    char const* domain;
    std::uint64_t native;
};

class owner_table {
public:
    // Returns: the owner; 0 if there is none.
    entry_id owner(resource_id of) const noexcept {
        if (is_dense(of)) {
            return of.native < dense_.size() ? dense_[of.native] : 0;
        }
        auto const found = sparse_.find(key_of(of));
        return found != sparse_.end() ? found->second : 0;
    }

    // Effects: makes it the owner. Throws std::bad_alloc.
    void set_owner(resource_id of, entry_id owner) {
        if (!is_dense(of)) {
            sparse_[key_of(of)] = owner;
            return;
        }
        if (of.native >= dense_.size()) [[unlikely]] {
            dense_.resize(of.native + 1);
        }
        dense_[of.native] = owner;
    }

    // Effects: the resource has no owner.
    void forget(resource_id of) noexcept {
        if (!is_dense(of)) {
            sparse_.erase(key_of(of));
        } else if (of.native < dense_.size()) {
            dense_[of.native] = 0;
        }
    }

    void clear() noexcept {
        dense_.clear();
        sparse_.clear();
    }

private:
    struct key {
        std::uint64_t native;
        std::string_view domain;
        auto operator<=>(key const&) const = default;
    };
    static constexpr std::uint64_t max_dense = 1U << 16;

    static key key_of(resource_id of) noexcept { return {of.native, of.domain}; }
    static bool is_dense(resource_id of) noexcept {
        return of.native < max_dense && std::strcmp(of.domain, "fd") == 0;
    }

    arena_vector<entry_id> dense_;  // by descriptor
    arena_map<key, entry_id> sparse_;
};

}  // namespace handrail::leak_check
