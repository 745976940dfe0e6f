// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The scanner's sources: which memory it reads, in which order.

#include "lib/leak_check/scan/scanner.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/scan/words_in.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>

namespace handrail::leak_check {

scanner::scanner(scratch& memory, graph& g, address_index& index, scan_result& found)
    : graph_(g), index_(index), found_(found), probed_(memory), declared_(memory) {
    found_.source_nodes.reserve(g.nodes().size() + g.registrations().size());
}

// The scan appends nodes to the graph; those are scanned in turn.
void scanner::scan_all() {
    node_id next = 0;
    auto const scan_nodes = [&] {
        while (next != graph_.nodes().size()) {
            scan_node(next++);
        }
    };
    scan_nodes();
    scan_payloads();
    scan_nodes();
}

void scanner::scan_payloads() {
    bool const knows_blocks = heap_blocks::provider_in_use() != heap_blocks::provider::none;
    for (registration_entry const* each : graph_.registrations()) {
        node_id const owner = graph_.node_of(each->owner);
        reaches_unknown_ = false;
        if (owner != no_node && each->payload.size >= word_size) {
            scan_payload(owner, *each);
        }
        found_.opaque += knows_blocks ? reaches_unknown_ : each->probed_incompletely;
    }
}

void scanner::scan_payload(node_id owner, registration_entry const& registration) {
    list_probed(registration);
    declared_.clear();
    std::uintptr_t const begin = detail::as_integer(registration.payload.begin);
    std::uintptr_t const block = index_.has_handles_in_blocks() ? heap_blocks::around(begin) : 0;
    scan_source(owner, &registration, begin, registration.payload.size,
                block != 0 ? index_.first_handle(block) : no_node);
}

// The graph has probed references in the order of their registrations, which are scanned in that
// order.
void scanner::list_probed(registration_entry const& registration) {
    probed_.clear();
    for (; next_probed_ != graph_.precise_arcs(); ++next_probed_) {
        arc const& each = graph_.arcs()[next_probed_];
        if (each.registration != nullptr && each.registration->id > registration.id) {
            break;
        }
        if (each.registration == &registration) {
            probed_.push_back({each.to, next_probed_});
        }
    }
    std::sort(probed_.begin(), probed_.end(),
              [](probed_arc const& a, probed_arc const& b) { return a.target < b.target; });
}

// The graph has declared edges in the order of their objects, which are scanned in that order.
void scanner::list_declared(node_id object) {
    declared_.clear();
    for (; next_declared_ != graph_.precise_arcs(); ++next_declared_) {
        arc const& each = graph_.arcs()[next_declared_];
        if (each.reference == reference::edge && each.from > object) {
            break;
        }
        if (each.reference == reference::edge && each.from == object) {
            declared_.push_back({each.to, 1});
        }
    }
    std::sort(declared_.begin(), declared_.end(),
              [](auto const& a, auto const& b) { return a.target < b.target; });
    std::size_t kept = 0;
    for (declared_edges const& each : declared_) {
        if (kept != 0 && declared_[kept - 1].target == each.target) {
            ++declared_[kept - 1].left;
        } else {
            declared_[kept++] = each;
        }
    }
    declared_.resize(kept);
}

void scanner::scan_node(node_id n) {
    list_declared(n);
    graph_node const node = graph_.at(n);  // a copy: scanning may add nodes
    if (node.kind == node_kind::managed && node.object->size >= word_size) {
        scan_source(n, nullptr, detail::as_integer(node.address), node.object->size,
                    graph_.first_handle_in(n));
    } else if (node.kind == node_kind::shared_ptr) {
        control_block const control = graph_.control_of(n);
        scan_source(n, nullptr, control.begin + control_block_header,
                    control.size - control_block_header, index_.first_handle(control.begin));
    }
}

void scanner::scan_source(node_id owner, registration_entry const* registration,
                          std::uintptr_t begin, std::size_t size, node_id first_handle) {
    source_ = static_cast<std::uint32_t>(found_.source_nodes.size());
    found_.source_nodes.push_back(registration == nullptr ? owner : no_node);
    owner_ = owner;
    registration_ = registration;
    auto next = found_.blocks.size();
    words_in const own(begin, size);
    scan({own.begin, own.count, no_block, first_handle});
    if (registration == nullptr && graph_.at(owner).kind == node_kind::shared_ptr &&
        graph_.control_of(owner).is_pointer) {
        std::uintptr_t const object = graph_.control_of(owner).object();
        scan({object, heap_blocks::size_of(object) / word_size, no_block,
              index_.first_handle(object)});
    }
    for (; next != found_.blocks.size(); ++next) {
        untyped_block const each = found_.blocks[next];  // a copy: scanning adds blocks
        scan({each.begin, (each.end - each.begin) / word_size, static_cast<std::uint32_t>(next),
              index_.first_handle(each.begin)});
    }
}

void scanner::scan(word_range const& range) {
    for (window words(range.begin, range.count); !words.at_end(); words.next()) {
        if (words[0] != 0 && !lies_in_handle(words.address(), range.first_handle)) {
            scan_word(words, range);
        }
    }
}

// While the scan runs, a handle with an enclosing object lies in the managed object itself; those
// in heap blocks get theirs afterwards (conservative_scan.cpp).
bool scanner::lies_in_handle(std::uintptr_t address, node_id first_handle) const noexcept {
    bool inside = false;
    for (node_id h = first_handle; h != no_node && !inside;) {
        graph_node const& handle = graph_.at(h);
        inside = address - detail::as_integer(handle.address) < handle.guard->size;
        h = handle.enclosing != no_node ? graph_.next_handle_in_object(h)
                                        : index_.next_handle_in_block(h);
    }
    return inside;
}

}  // namespace handrail::leak_check
