// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/graph.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <algorithm>
#include <cassert>
#include <functional>

namespace handrail::leak_check {

graph::graph(scratch& memory, registry const& all)
    : all_(all),
      nodes_(memory),
      controls_(memory),
      arcs_(memory),
      registrations_(memory),
      by_id_(memory, all.objects.size() + all.guards.size()) {
    nodes_.reserve(all.objects.size() + all.guards.size());
    arcs_.reserve(all.registrations.size());
    add_objects();
    add_handles();
    add_registrations();
    add_probed_references();
    precise_ = arcs_.size();
}

node_id graph::node_of(entry_id id) const noexcept {
    node_id const* const found = id != 0 ? by_id_.find(id) : nullptr;
    return found != nullptr ? *found : no_node;
}

// A shared, a weak and an edge begin with the address of the object's header, perhaps with a tag in
// its low bits. A registered payload is alive while the registry is locked; the program may be
// changing it.
node_id graph::target_of(registration_entry const& holder,
                         reference_entry const& held) const noexcept {
    node_id const target = node_of(held.target);
    if (target == no_node || held.pointer || held.offset < 0) {
        return target;
    }
    constexpr std::uintptr_t tags = alignof(detail::object_header) - 1;
    std::uintptr_t const word = heap_blocks::read_word(detail::as_integer(holder.payload.begin) +
                                                       static_cast<std::uintptr_t>(held.offset));
    bool const still_there = (word & ~tags) == detail::as_integer(nodes_[target].object->managed);
    return still_there ? target : no_node;
}

void graph::add_objects() {
    for (auto const& [address, object] : all_.objects) {
        by_id_.insert(object.id, static_cast<node_id>(nodes_.size()));
        nodes_.push_back(
            {.kind = node_kind::managed, .id = object.id, .address = address, .object = &object});
    }
}

// Both maps are sorted by address, so that one pass over both finds the object around each handle.
void graph::add_handles() {
    auto const objects = static_cast<node_id>(nodes_.size());
    node_id around = 0;
    for (auto const& [address, guard] : all_.guards) {
        if (!guard.open) {  // nothing waits for the end of a closed one
            continue;
        }
        auto const handle = static_cast<node_id>(nodes_.size());
        by_id_.insert(guard.id, handle);
        nodes_.push_back(
            {.kind = node_kind::handle, .id = guard.id, .address = address, .guard = &guard});
        while (around + 1 < objects && !std::less<>{}(address, nodes_[around + 1].address)) {
            ++around;
        }
        if (around < objects &&
            extent{nodes_[around].address, nodes_[around].object->size}.contains(address)) {
            set_enclosing_object(handle, around);
            arcs_.push_back({.from = around,
                             .to = handle,
                             .reference = reference::containment,
                             .evidence = evidence::address});
        }
    }
}

void graph::set_enclosing_object(node_id handle, node_id object) {
    nodes_[handle].enclosing = object;
    nodes_[handle].handle_link = nodes_[object].handle_link;
    nodes_[object].handle_link = handle;
}

// Sorted in an array of their own: the entries lie far from each other in memory.
void graph::add_registrations() {
    struct keyed_entry {
        entry_id id;
        registration_entry const* entry;
    };
    scratch_vector<keyed_entry> sorted(registrations_.get_allocator());
    sorted.reserve(all_.registrations.size());
    for (auto const& [address, registration] : all_.registrations) {
        sorted.push_back({registration.id, &registration});
    }
    std::sort(sorted.begin(), sorted.end(),
              [](keyed_entry const& a, keyed_entry const& b) { return a.id < b.id; });
    registrations_.reserve(sorted.size());
    for (keyed_entry const& each : sorted) {
        registrations_.push_back(each.entry);
    }
}

evidence evidence_of(reference_entry const& probed) noexcept {
    using seen = detail::track::probed_reference::evidence;
    switch (probed.seen_by) {
        case seen::move_probe: return evidence::move_probe;
        case seen::copy_probe: return evidence::copy_probe;
        case seen::argument: break;
    }
    return evidence::argument;
}

void graph::add_probed_references() {
    for (registration_entry const* each : registrations_) {
        node_id const owner = each->references.empty() ? no_node : node_of(each->owner);
        if (owner == no_node) {
            continue;
        }
        for (reference_entry const& probed : each->references) {
            node_id const target = probed.strong ? target_of(*each, probed) : no_node;
            if (target != no_node) {
                arcs_.push_back({.from = owner,
                                 .to = target,
                                 .reference = reference::strong,
                                 .evidence = evidence_of(probed),
                                 .registration = each,
                                 .probed = &probed,
                                 .offset = probed.offset,
                                 .count = static_cast<std::uint32_t>(probed.count)});
            }
        }
    }
}

void graph::demote_unconfirmed(std::span<std::uint32_t const> seen) {
    assert(seen.size() == precise_);
    for (std::size_t i = 0; i != precise_; ++i) {
        if (arcs_[i].evidence == evidence::copy_probe) {
            arcs_[i].count = std::min(arcs_[i].count, seen[i]);
        }
    }
    // Not std::stable_partition, which allocates in the program's heap.
    scratch_vector<arc> demoted(arcs_.get_allocator());
    std::size_t kept = 0;
    for (std::size_t i = 0; i != precise_; ++i) {
        if (arcs_[i].count != 0) {
            arcs_[kept++] = arcs_[i];
        } else {
            demoted.push_back(arcs_[i]);
        }
    }
    std::copy(demoted.begin(), demoted.end(), arcs_.begin() + static_cast<std::ptrdiff_t>(kept));
    precise_ = kept;
}

node_id graph::add_shared_ptr_object(control_block const& control) {
    nodes_.push_back({.kind = node_kind::shared_ptr,
                      .control = static_cast<std::uint32_t>(controls_.size()),
                      .address = reinterpret_cast<void const*>(control.begin)});
    controls_.push_back(control);
    return static_cast<node_id>(nodes_.size() - 1);
}

raw_node graph::describe(node_id n) const noexcept {
    graph_node const& node = nodes_[n];
    raw_node described{.kind = node.kind, .id = node.id, .address = node.address};
    if (node.kind == node_kind::handle) {
        described.handle = node.id;
        described.handle_address = node.address;
        return described;
    }
    described.type = node.object != nullptr ? node.object->type : control_of(n).type;
    // The oldest handle: addresses differ from run to run.
    for (node_id h = first_handle_in(n); h != no_node; h = next_handle_in_object(h)) {
        if (described.handle == 0 || nodes_[h].id < described.handle) {
            described.handle = nodes_[h].id;
            described.handle_address = nodes_[h].address;
        }
    }
    return described;
}

raw_step graph::describe(arc const& a) const noexcept {
    bool const by_cleanup = a.registration != nullptr;
    return {.from = describe(a.from),
            .to = describe(a.to),
            .by_cleanup = by_cleanup,
            .reference = a.reference,
            .evidence = a.evidence,
            .type = a.probed != nullptr ? a.probed->type : nullptr,
            .location = by_cleanup ? a.registration->where : std::source_location{},
            .offset = a.offset,
            .untyped_blocks = a.untyped_blocks,
            .offset_in_block = a.offset_in_block};
}

raw_counts graph::counts() const noexcept {
    raw_counts counts = counts_of(all_);
    counts.locked_objects = locked_objects_;
    return counts;
}

raw_counts counts_of(registry const& all) noexcept {
    raw_counts counts;
    for (auto const& [address, guard] : all.guards) {
        counts.handles += guard.open ? 1 : 0;
    }
    counts.cleanups = all.registrations.size();
    for (auto const& [address, registration] : all.registrations) {
        counts.opaque += registration.probed_incompletely ? 1 : 0;
    }
    return counts;
}

}  // namespace handrail::leak_check
