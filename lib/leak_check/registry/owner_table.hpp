// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Which guard a native resource belongs to: one number for each tag.
//
// Descriptors are small and dense, and every opening and closing asks: theirs lie in an array by
// their number. What is larger, or of another domain, is in a map.
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

using number = std::uint64_t;  // of an entry of the registry; 0 for none

// Two resources are one when domain and native are equal.
struct tag {
    char const* domain;
    std::uint64_t native;
};

class tag_table {
public:
    // Returns: whose the resource is.
    number owner(tag of) const noexcept {
        if (is_dense(of)) {
            return of.native < dense_.size() ? dense_[of.native] : 0;
        }
        auto const found = sparse_.find(key_of(of));
        return found != sparse_.end() ? found->second : 0;
    }

    // Effects: it is this owner's now. Throws std::bad_alloc.
    void set_owner(tag of, number owner) {
        if (!is_dense(of)) {
            sparse_[key_of(of)] = owner;
            return;
        }
        if (of.native >= dense_.size()) [[unlikely]] {
            dense_.resize(of.native + 1);
        }
        dense_[of.native] = owner;
    }

    // Effects: it is nobody's.
    void forget(tag of) noexcept {
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
    static constexpr std::uint64_t most_dense = 1U << 16;

    static key key_of(tag of) noexcept { return {of.native, of.domain}; }
    static bool is_dense(tag of) noexcept {
        return of.native < most_dense && std::strcmp(of.domain, "fd") == 0;
    }

    arena_vector<number> dense_;  // by descriptor
    arena_map<key, number> sparse_;
};

}  // namespace handrail::leak_check
