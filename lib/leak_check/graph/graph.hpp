// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Who keeps whom alive, as a graph.
//
// Nodes are what can be kept alive: open handles, managed objects, and objects of std::shared_ptr.
// An arc says that its target does not end before its source does:
//   owner  -> object   a cleanup of the owner holds a counted reference to the object
//   object -> object   the object itself holds one
//   object -> handle   the handle lies in the object, so that only the object's end ends it
// A cycle is something that waits for itself. Every arc has a cause, which tells how it is known;
// an arc is precise when the types or the probes told of it, and only possible when the bytes did.
//
// Heap blocks that are none of these nodes are opaque: what holds one holds what lies in it, and
// causes tell through how many of them an arc leads.
//
// Invariant: registry entries that nodes and causes refer to live as long as the registry is
//   locked,
// or for ever in a frozen copy. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/components.hpp"
#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/memory/address_table.hpp"
#include "lib/leak_check/memory/control_blocks.hpp"
#include "lib/leak_check/memory/scratch.hpp"
#include "lib/leak_check/registry/registry.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

inline constexpr node_id no_node = UINT32_MAX;

// Small: there may be millions.
struct graph_node {
    node_kind kind{};
    std::uint32_t control = 0;    // of an object of std::shared_ptr: index of its control block
    node_id enclosing = no_node;  // of a handle: the object it lies in
    node_id first_handle =
        no_node;      // of an object: a handle in it; of a handle: the next one there
    entry_id id = 0;  // 0: an object of std::shared_ptr, which the registry does not know
    void const* address = nullptr;  // of the guard, the object, the control block
    guard_entry const* guard = nullptr;
    object_entry const* object = nullptr;
};

struct cause {
    node_id from = 0;
    node_id to = 0;
    reference_kind reference{};
    raw_evidence evidence{};
    registration_entry const* registration = nullptr;  // whose payload holds it; null: the source
    reference_entry const* probed = nullptr;
    std::ptrdiff_t offset = -1;           // of the first step, in payload or object; -1: elsewhere
    std::uint32_t heap_blocks = 0;        // opaque ones on the way
    std::ptrdiff_t offset_in_block = -1;  // of the reference, in the last opaque block
};

raw_evidence evidence_of(reference_entry const& probed) noexcept;

class graph {
public:
    // The nodes that the registry knows and the precise arcs. Throws as scratch does.
    graph(scratch& memory, registry const& all);

    node_id add_shared_ptr_object(control_block const& found);
    // Effects: adds the arcs that managed_edges declare. Requires: a world that stands still, in
    //   which nobody waits for a lock.
    void add_edges(scratch& memory);
    void add_cause(cause const& fresh) { causes_.push_back(fresh); }
    // Effects: the handle lies in the object.
    void set_enclosing_object(node_id handle, node_id object);

    std::span<graph_node const> nodes() const noexcept { return nodes_; }
    graph_node const& at(node_id n) const noexcept { return nodes_[n]; }
    // Requires: an object of std::shared_ptr.
    control_block const& control_of(node_id n) const noexcept {
        return controls_[nodes_[n].control];
    }
    std::span<cause const> causes() const noexcept { return causes_; }
    std::size_t precise_causes() const noexcept { return precise_; }  // they are the first ones
    // Returns: no_node for what has ended.
    node_id node_of(entry_id id) const noexcept;
    // The oldest first.
    std::span<registration_entry const* const> registrations() const noexcept {
        return registrations_;
    }
    // The object that ends with the owner, or with which that ends; no_node: none known.
    node_id enclosing_object(node_id owner) const noexcept {
        return nodes_[owner].kind == node_kind::handle ? nodes_[owner].enclosing : owner;
    }
    raw_node describe(node_id n) const noexcept;

private:
    void add_objects();
    void add_handles();
    void add_registrations();
    void add_probed_references();

    registry const& all_;
    scratch_vector<graph_node> nodes_;
    scratch_vector<control_block> controls_;
    scratch_vector<cause> causes_;
    scratch_vector<registration_entry const*> registrations_;
    address_table<node_id, 0> by_id_;
    std::size_t precise_ = 0;
};

}  // namespace handrail::leak_check
