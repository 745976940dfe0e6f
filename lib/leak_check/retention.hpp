// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Who keeps whom alive, as far as registrations tell, as a graph.
//
// Nodes are owners: handles and managed objects. An arc says that its target does not end before
// its source does:
//   owner -> object    a cleanup of the owner holds a counted reference to the object
//   object -> handle   the handle lies in the object's memory, so only the object's end ends it
// A cycle is a resource that waits for itself.
//
// Arcs are in the order in which registrations were made, so that reports do not depend on
// addresses. Thread safety: valid as long as the registry stays locked.

#pragma once

#include "lib/leak_check/components.hpp"
#include "lib/leak_check/registry.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace handrail::leak_check {

// Why there is an arc: a note of a registration, or, without one, a handle's place in an object.
struct cause {
    registration_entry const* registration = nullptr;
    note_entry const* note = nullptr;
    number from = 0;
    number to = 0;
};

class retention {
public:
    // Throws std::bad_alloc.
    explicit retention(registry const& all);

    adjacency const& arcs() const noexcept { return arcs_; }
    cause const& why(std::uint32_t label) const noexcept { return causes_[label]; }
    number owner_at(node n) const noexcept { return owners_[n]; }
    // The oldest first.
    std::vector<registration_entry const*> const& registrations() const noexcept {
        return registrations_;
    }

    // The object that ends with the registration's owner, or with which that ends. Null: none
    // known.
    object_entry const* home_of(registration_entry const& r) const;

    guard_entry const* guard_with(number id) const;
    // "file 7 \"cfg.toml\"", or what is known of the object.
    std::string describe_owner(number id) const;
    // The handle with that number or in that object; null if there is none.
    guard_entry const* handle_of(number id) const;

private:
    struct guard_place {
        void const* place;
        guard_entry const* guard;
    };

    node node_of(number id);
    void add_arc(cause const& why);
    void add_registrations();
    void add_places();

    registry const& all_;
    std::unordered_map<number, guard_place> guards_;
    std::unordered_map<number, node> nodes_;
    std::vector<number> owners_;  // by node
    std::vector<registration_entry const*> registrations_;
    adjacency arcs_;
    std::vector<cause> causes_;
};

}  // namespace handrail::leak_check
