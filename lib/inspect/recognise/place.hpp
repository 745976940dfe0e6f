// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What lies at an offset of a type, as far as recognisers are concerned.
//
//     place_at(session, 40)  // {std::function<void()>, within 0, path "impl_.on_close_"}

#pragma once

#include "lib/inspect/graph/object_graph.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace handrail::inspect {

class recognition;
struct place;

// What is inside an object whose content its type does not say: a variant's alternative.
struct inner_place {
    enum class state : std::uint8_t { none, nothing_alive, object };
    state found = state::none;
    type what{};
    std::uint64_t offset = 0;  // in the object around it
};

// A recogniser of words by the type in which they lie.
struct place_rule {
    bool (*knows)(type const& of);
    // Effects: sets the strength of the reference through the word, and what its target is.
    void (*apply)(recognition& look, reference& through, place const& from);
    // Returns: what the object that begins there holds inside itself. May be null.
    inner_place (*inside)(recognition const& look, address begin, place const& from) = nullptr;
};

// Returns: whether it is this template of the standard library, with libstdc++'s size: stateful
//   allocators, comparators and deleters, and other libraries, have other layouts.
inline bool is_std_of_size(type const& of, std::string_view name, std::uint64_t size) {
    return of.is_std(name) && of.size() == size;
}

// Bounds of what is followed in a type: deeper ones are damaged.
inline constexpr unsigned max_type_depth = 32;

struct place {
    type what{};                // the recognised type around the word, or the pointer or base type
    std::uint64_t within = 0;   // offset of the word in it
    std::string path{};         // how the word is reached: "impl_.on_close_"
    place_rule const* rule{};   // null: no recogniser knows the type
    bool is_list_link = false;  // a plain pointer of Asio named next_ or prev_
};

// Returns: the innermost type around the byte at offset that a recogniser knows, or the pointer or
//   base type there; empty if the layout is not known.
std::optional<place> place_at(type of, std::uint64_t offset);

// Returns: the data member with that name, in the type itself or in its bases and members, with its
//   offset in the type.
std::optional<member> member_named(type const& in, std::string_view name);

// What is known of a word by the type of its node.
struct found_place {
    place const* at = nullptr;  // null: nothing is known
    bool alive = true;          // false: the object there has been destroyed
};

// place_at() for words that are asked for again and again.
class place_cache {
public:
    place const* at(type of, std::uint64_t offset);

private:
    struct key {
        type of;
        std::uint64_t offset;
        bool operator==(key const&) const = default;
    };
    struct hash {
        std::size_t operator()(key const& of) const noexcept;
    };
    std::unordered_map<key, std::optional<place>, hash> known_;
};

}  // namespace handrail::inspect
