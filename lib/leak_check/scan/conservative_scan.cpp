// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the reader met, weighed by the rules of bytes.hpp.

#include "lib/leak_check/scan/conservative_scan.hpp"

#include "lib/leak_check/scan/address_index.hpp"
#include "lib/leak_check/scan/scanner.hpp"
#include "lib/leak_check/scan/strong_or_weak.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>

namespace handrail::leak_check {

namespace {

class evaluation {
public:
    evaluation(scratch& memory, graph& g, address_index& known, scanner& scanned)
        : memory_(memory), graph_(g), index_(known), scanner_(scanned) {}

    void apply(entry_id since, raw_findings& found) {
        spscanner_ambiguity();
        enclose_handles();
        for (scanned_reference& each : scanner_.references) {
            each.dropped = is_ambiguous(each.block);
        }
        drop_weak(memory_, graph_, scanner_.references);
        for (scanned_reference const& each : scanner_.references) {
            if (!each.dropped) {
                graph_.add_cause(each.why);
            }
        }
        add_pointers(since, false, found);
        add_pointers(since, true, found);
    }

private:
    // What a contested block leads to is contested. A block comes after the one that leads to it.
    void spscanner_ambiguity() {
        for (std::uint32_t const each : index_.reclassified()) {
            scanner_.blocks[each].ambiguous = true;
        }
        for (opaque_block& each : scanner_.blocks) {
            each.ambiguous |= is_ambiguous(each.parent);
        }
    }
    bool is_ambiguous(std::uint32_t block) const noexcept {
        return block != no_block && scanner_.blocks[block].ambiguous;
    }

    // Handles in objects of std::shared_ptr, and in opaque blocks of any object.
    void enclose_handles() {
        std::size_t const nodes = graph_.nodes().size();
        for (node_id h = 0; h != nodes; ++h) {
            if (graph_.at(h).kind != node_kind::handle || index_.block_around(h) == 0) {
                continue;
            }
            address_entry const* const around = index_.find(index_.block_around(h));
            if (around == nullptr) {
                continue;
            }
            cause why{.from = no_node,
                      .to = h,
                      .reference = reference_kind::containment,
                      .evidence = raw_evidence::scan};
            if (around->kind == address_kind::control_block ||
                around->kind == address_kind::object) {
                why.from = around->index;
            } else if (around->kind == address_kind::opaque_block && !is_ambiguous(around->index)) {
                opaque_block const& block = scanner_.blocks[around->index];
                why.from = scanner_.sources[block.source];
                why.offset = block.first_offset;
                why.heap_blocks = block.depth;
            }
            if (why.from != no_node) {
                graph_.set_enclosing_object(h, why.from);
                graph_.add_cause(why);
            }
        }
    }

    // ---- pointers -------------------------------------------------------------------------------

    // Whether the pointer's target ends with the cleanup's own resource, or is that.
    bool targets_own_resource(scanned_pointer const& p, node_id owner) const noexcept {
        node_id const home = graph_.enclosing_object(owner);
        bool const same_block = graph_.at(owner).kind == node_kind::handle &&
                                graph_.at(p.target).kind == node_kind::handle &&
                                index_.block_around(owner) != 0 &&
                                index_.block_around(owner) == index_.block_around(p.target);
        return p.target == owner || p.target == home || same_block;
    }

    void add_pointers(entry_id since, bool weak, raw_findings& found) {
        entry_id last = 0;  // one finding for each registration
        for (scanned_pointer const& each : scanner_.pointers) {
            registration_entry const& r = *each.registration;
            node_id const owner = graph_.node_of(r.owner);
            if (each.weak != weak || r.id == last || r.id < since || is_ambiguous(each.block) ||
                !targets_own_resource(each, owner) || is_known(r, each)) {
                continue;
            }
            last = r.id;
            node_id const home = graph_.enclosing_object(owner);
            found.self_references.push_back(
                {.owner = graph_.describe(owner),
                 .reference = weak ? reference_kind::weak : reference_kind::pointer,
                 .to_owner = each.target == owner,
                 .evidence = raw_evidence::scan,
                 .type = home != no_node ? graph_.describe(home).type : nullptr,
                 .object_is_shared_ptr =
                     home != no_node && graph_.at(home).kind == node_kind::shared_ptr,
                 .location = r.where,
                 .offset = each.offset});
        }
    }

    // Types have told of a pointer, or probes of the weak reference.
    bool is_known(registration_entry const& r, scanned_pointer const& p) const noexcept {
        return std::any_of(r.references.begin(), r.references.end(), [&](reference_entry const& n) {
            return p.weak ? !n.pointer && !n.strong && graph_.node_of(n.target) == p.target
                          : n.pointer;
        });
    }

    scratch& memory_;
    graph& graph_;
    address_index& index_;
    scanner& scanner_;
};

void mark_ambiguous_from_outside(scanner& scanned, static_memory const& rest) {
    scanned.mark_ambiguous_from(detail::as_integer(rest.stack.begin), rest.stack.size,
                                ownership::doubtful);
    for (port::segment const& each : rest.modules) {
        if (each.writable) {
            scanned.mark_ambiguous_from(detail::as_integer(each.begin), each.size,
                                        ownership::likely);
        }
    }
    scanned.mark_ambiguous_from_other_blocks();
}

}  // namespace

void conservative_scan(scratch& memory, registry const& all, graph& g, static_memory const& rest,
                       entry_id since, raw_findings& found) {
    address_index known(memory, all, g, rest.modules);
    scanner scanned(memory, g, known);
    scanned.scan_all();
    if (!scanned.blocks.empty()) {
        mark_ambiguous_from_outside(scanned, rest);
    }
    evaluation(memory, g, known, scanned).apply(since, found);
    found.counts.opaque = scanned.opaque;
}

}  // namespace handrail::leak_check
