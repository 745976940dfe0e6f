// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The retention graph: which objects and handles keep which others alive.
//
// A node is something that can be kept alive: an open handle, a managed object, or an object that
// std::shared_ptr manages. An arc from a to b says that b does not end before a does:
//
//   owner  -> object   a cleanup of the owner holds a counted reference to the object
//   object -> object   the object itself holds one
//   object -> handle   the handle lies in the object and ends with it
//
// So the nodes of a cycle wait for each other's ends: a leak. An arc says how it is known: it is
// precise if probes, types or addresses show it, and only possible if the conservative scan has
// found it. An edge (<handrail/heap/edge.hpp>) in a managed object is one of the references that
// make an arc. A step is an arc of a reported cycle, described: raw_step, then leak_check::step.
//
// A heap block that is none of these has no known type and is not a node: whoever owns such an
// untyped block is taken to hold what lies in it, and an arc counts the untyped blocks between its
// source and the reference.
//
// lib/leak_check/run_check.hpp has the way from a registration to the text of a report.
//
//  1. Everything here and in scan/ allocates in scratch memory only and takes no lock, so that it
//     can run in a frozen copy, where other threads do not exist but their locks may be held. The
//     exception is under AddressSanitizer: sanitizer_mutex and the sanitizer's own locks, of which
//     no other thread holds one when the copy is made (memory/heap_blocks.hpp).
//  2. Nodes refer to entries of the registry. In the program these live while it is locked; in a
//     frozen copy nothing changes any more.
//  3. The arcs added by the constructor and add_edges() are the precise ones, and come first;
//     demote_unconfirmed() makes some of them possible.
//  4. Payloads change after the registration. What the move probe has seen is read again when the
//     graph is made. What the copy probe has seen lies anywhere: where blocks are known, the scan
//     confirms it; elsewhere it is taken to be there still.
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/graph/adjacency.hpp"
#include "lib/leak_check/graph/raw_findings.hpp"
#include "lib/leak_check/memory/address_table.hpp"
#include "lib/leak_check/memory/control_blocks.hpp"
#include "lib/leak_check/memory/scratch.hpp"
#include "lib/leak_check/registry/registry.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

// Small: there may be millions.
struct graph_node {
    node_kind kind{};
    bool has_unread_edges = false;  // in a container that was locked for writing
    std::uint32_t control = 0;      // of an object of std::shared_ptr: index of its control block
    node_id enclosing = no_node;    // of a handle: the object in which it lies
    node_id handle_link = no_node;  // of an object: the first handle in it; of a handle: the next
    entry_id id = 0;  // 0: an object of std::shared_ptr, which the registry does not know
    void const* address = nullptr;  // of the guard, the object, the control block
    guard_entry const* guard = nullptr;
    object_entry const* object = nullptr;
};

struct arc {
    node_id from = 0;
    node_id to = 0;
    leak_check::reference reference{};
    leak_check::evidence evidence{};
    registration_entry const* registration = nullptr;  // whose payload holds it; null: from itself
    reference_entry const* probed = nullptr;           // the probe's report of it, if there is one
    std::ptrdiff_t offset = -1;                        // in the payload or in from; -1: elsewhere
    std::uint32_t untyped_blocks = 0;                  // between offset and the reference
    std::uint32_t count = 1;                           // references; 0: the scan found none
    std::ptrdiff_t offset_in_block = -1;               // of the reference, in the last of them
};

evidence evidence_of(reference_entry const& probed) noexcept;

class graph {
public:
    // Effects: adds the nodes that the registry knows, and the arcs that probes and addresses
    //   show. Throws as scratch does.
    graph(scratch& memory, registry const& all);

    // Effects: adds the edges that managed_edges declares as precise arcs, but those in containers
    //   that are locked for writing; counts their objects. Requires: a frozen copy, because this
    //   reads members of the program's objects without their locks; no possible arc has been
    //   added.
    void add_edges(scratch& memory);

    // For the conservative scan.
    node_id add_shared_ptr_object(control_block const& control);
    // Effects: adds a possible arc.
    void add_arc(arc const& possible) { arcs_.push_back(possible); }
    void set_enclosing_object(node_id handle, node_id object);
    // Effects: for each precise arc that the copy probe has seen, seen says how many references the
    //   scan has found; the arc counts no more than these, and is possible if there are none.
    // Requires: seen has an element for each precise arc; edges have been added.
    void demote_unconfirmed(std::span<std::uint32_t const> seen);

    std::span<graph_node const> nodes() const noexcept { return nodes_; }
    graph_node const& at(node_id n) const noexcept { return nodes_[n]; }
    // The handles that lie in an object, as a linked list. no_node: none, or no further one.
    node_id first_handle_in(node_id n) const noexcept {
        return nodes_[n].kind == node_kind::handle ? no_node : nodes_[n].handle_link;
    }
    node_id next_handle_in_object(node_id handle) const noexcept {
        return nodes_[handle].handle_link;
    }
    // Requires: an object of std::shared_ptr.
    control_block const& control_of(node_id n) const noexcept {
        return controls_[nodes_[n].control];
    }
    // Returns: no_node for what has ended.
    node_id node_of(entry_id id) const noexcept;
    // Returns: what the reference leads to; no_node if that has ended, or if the payload does not
    //   hold the reference any more where the move probe has seen it.
    node_id target_of(registration_entry const& holder, reference_entry const& held) const noexcept;
    // Returns: for a handle the object in which it lies, no_node if none is known; else the object
    //   itself. It ends with the owner, or the owner with it.
    node_id object_around(node_id owner) const noexcept {
        return nodes_[owner].kind == node_kind::handle ? nodes_[owner].enclosing : owner;
    }

    std::span<arc const> arcs() const noexcept { return arcs_; }
    std::size_t precise_arcs() const noexcept { return precise_; }  // how many come first
    // The oldest first.
    std::span<registration_entry const* const> registrations() const noexcept {
        return registrations_;
    }

    raw_node describe(node_id n) const noexcept;
    raw_step describe(arc const& a) const noexcept;
    raw_counts counts() const noexcept;

private:
    void add_objects();
    void add_handles();
    void add_registrations();
    void add_probed_references();

    registry const& all_;
    scratch_vector<graph_node> nodes_;
    scratch_vector<control_block> controls_;
    scratch_vector<arc> arcs_;
    scratch_vector<registration_entry const*> registrations_;
    address_table<node_id, 0> by_id_;
    std::size_t precise_ = 0;
    std::size_t locked_objects_ = 0;
};

// Returns: how much the registry lists. Opaque are the cleanups that were probed
//   incompletely.
raw_counts counts_of(registry const& all) noexcept;

}  // namespace handrail::leak_check
