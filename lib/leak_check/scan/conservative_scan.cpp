// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/conservative_scan.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/scan/address_index.hpp"
#include "lib/leak_check/scan/scan_result.hpp"
#include "lib/leak_check/scan/scanner.hpp"
#include "lib/leak_check/scan/strong_or_weak.hpp"

#include <algorithm>

namespace handrail::leak_check {

namespace {

class evaluation {
public:
    evaluation(scratch& memory, graph& g, address_index const& index, scan_result& scanned)
        : memory_(memory), graph_(g), index_(index), scanned_(scanned) {}

    void add_to_graph() {
        confirm_copies();
        enclose_handles();
        for (scanned_reference& each : scanned_.references) {
            each.dropped = is_ambiguous(each.block);
        }
        drop_weak(memory_, graph_, scanned_.references);
        for (scanned_reference const& each : scanned_.references) {
            if (!each.dropped) {
                graph_.add_arc(each.arc);
            }
        }
    }

    // Requires: add_to_graph() was called. Effects: of each registration one back reference.
    void add_back_references(bool weak, entry_id since, raw_findings& found) const {
        entry_id last = 0;
        for (scanned_pointer const& each : scanned_.pointers) {
            registration_entry const& registration = *each.registration;
            if (each.weak == weak && registration.id != last && registration.id >= since &&
                !is_ambiguous(each.block) && is_back_reference(each) && !is_probed(each)) {
                last = registration.id;
                found.back_references.push_back(describe(each));
            }
        }
    }

private:
    bool is_ambiguous(std::uint32_t block) const noexcept {
        return block != no_block && scanned_.blocks[block].ambiguous;
    }

    // Without blocks the scan sees little of a payload, and finds nothing out about the rest.
    void confirm_copies() {
        if (heap_blocks::provider_in_use() == heap_blocks::provider::none) {
            return;
        }
        scratch_vector<std::uint32_t> seen(graph_.precise_arcs(), 0, memory_);
        for (scanned_copy const& each : scanned_.copies) {
            seen[each.arc] += is_ambiguous(each.block) ? 0 : 1;
        }
        graph_.demote_unconfirmed(seen);
    }

    // ---- handles --------------------------------------------------------------------------------

    // Handles that lie in heap blocks: in objects of std::shared_ptr, or in untyped blocks that an
    // object owns.
    void enclose_handles() {
        std::size_t const nodes = graph_.nodes().size();
        for (node_id h = 0; h != nodes; ++h) {
            if (graph_.at(h).kind != node_kind::handle || index_.block_around(h) == 0) {
                continue;
            }
            arc const around = containment_of(h);
            if (around.from != no_node) {
                graph_.set_enclosing_object(h, around.from);
                graph_.add_arc(around);
            }
        }
    }

    // Returns: from is no_node if no object is known to enclose the handle.
    arc containment_of(node_id handle) {
        arc found{.from = no_node,
                  .to = handle,
                  .reference = reference::containment,
                  .evidence = evidence::scan};
        address_entry const* const around = index_.find(index_.block_around(handle));
        if (around == nullptr) {
            return found;
        }
        if (around->kind == address_kind::control_block || around->kind == address_kind::object) {
            found.from = around->index;
        } else if (around->kind == address_kind::untyped_block && !is_ambiguous(around->index)) {
            untyped_block const& block = scanned_.blocks[around->index];
            found.from = scanned_.source_nodes[block.source];
            found.offset = block.first_offset;
            found.untyped_blocks = block.depth;
        }
        return found;
    }

    // ---- back references ------------------------------------------------------------------------

    // Whether the target is the cleanup's own resource, or ends with it.
    bool is_back_reference(scanned_pointer const& p) const noexcept {
        node_id const owner = graph_.node_of(p.registration->owner);
        bool const in_same_block = graph_.at(owner).kind == node_kind::handle &&
                                   graph_.at(p.target).kind == node_kind::handle &&
                                   index_.block_around(owner) != 0 &&
                                   index_.block_around(owner) == index_.block_around(p.target);
        return p.target == owner || p.target == graph_.object_around(owner) || in_same_block;
    }

    // Whether an argument's type has shown a pointer, or a probe this weak reference.
    bool is_probed(scanned_pointer const& p) const noexcept {
        auto const& references = p.registration->references;
        return std::any_of(references.begin(), references.end(),
                           [&](reference_entry const& probed) { return is_same(p, probed); });
    }
    bool is_same(scanned_pointer const& p, reference_entry const& probed) const noexcept {
        node_id const target = graph_.node_of(probed.target);
        if (p.weak) {
            return !probed.pointer && !probed.strong && target == p.target;
        }
        return probed.pointer && target != no_node &&
               (target == p.target || target == graph_.object_around(p.target));
    }

    raw_back_reference describe(scanned_pointer const& p) const noexcept {
        node_id const owner = graph_.node_of(p.registration->owner);
        node_id const object = graph_.object_around(owner);
        bool const has_object = object != no_node;
        return {
            .owner = graph_.describe(owner),
            .reference = p.weak ? reference::weak : reference::pointer,
            .to_owner = p.target == owner,
            .evidence = evidence::scan,
            .type = has_object ? graph_.describe(object).type : nullptr,
            .object_is_shared_ptr = has_object && graph_.at(object).kind == node_kind::shared_ptr,
            .location = p.registration->where,
            .offset = p.block == no_block ? p.offset : scanned_.blocks[p.block].first_offset};
    }

    scratch& memory_;
    graph& graph_;
    address_index const& index_;
    scan_result& scanned_;
};

}  // namespace

void conservative_scan(scratch& memory, registry const& all, graph& g, root_memory const& roots,
                       entry_id since, raw_findings& found) {
    address_index index(memory, all, g, roots.modules);
    scan_result scanned(memory);
    scanner(memory, g, index, scanned).scan_all();
    mark_ambiguous_blocks(index, roots, scanned);
    evaluation evaluated(memory, g, index, scanned);
    evaluated.add_to_graph();
    evaluated.add_back_references(false, since, found);
    evaluated.add_back_references(true, since, found);
    found.counts.opaque = scanned.opaque;
}

}  // namespace handrail::leak_check
