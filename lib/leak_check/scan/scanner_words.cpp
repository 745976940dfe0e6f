// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The scanner's words: what one word and its neighbours refer to, and how that is recorded.

#include "lib/leak_check/scan/scanner.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/edge_reader.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <algorithm>

namespace handrail::leak_check {

void scanner::scan_word(window& words, word_range const& range) {
    std::uintptr_t const word = words[0];
    if (word % word_size != 0) {
        scan_tagged(words, range);
        return;
    }
    auto const may_be_new = [](address_entry const* entry) {
        // A handle at the beginning of a heap block is part of the block.
        return entry == nullptr || entry->kind == address_kind::handle;
    };
    address_entry const* known = index_.find(word);
    if ((may_be_new(known) || known->kind == address_kind::object) && is_control_block(words[1])) {
        return;  // the first word of a std::shared_ptr: the second one decides
    }
    if (may_be_new(known)) {
        if (index_.index_heap_block(word) != 0) {
            known = index_.find(word);  // it may be a control block, which is indexed now
            if (may_be_new(known)) {
                scan_new_block(words, range);
                return;
            }
        } else if (index_.is_in_unlisted_heap(word)) {
            reaches_unknown_ = true;
        }
    }
    if (known != nullptr) {
        scan_known(*known, words, range);
    }
}

bool scanner::is_control_block(std::uintptr_t word) {
    address_entry const* known = index_.find(word);
    if (known == nullptr && index_.index_heap_block(word) != 0) {
        known = index_.find(word);
    }
    return known != nullptr && known->kind == address_kind::control_block;
}

void scanner::scan_known(address_entry const& known, window& words, word_range const& range) {
    switch (known.kind) {
        case address_kind::managed_header: scan_managed_header(known.index, words, range); break;
        case address_kind::control_block: scan_control_block(known.index, words, range); break;
        case address_kind::object: scan_object_pointer(known.index, words, range); break;
        case address_kind::handle: add_pointer(known.index, words.offset(), range); break;
        case address_kind::record: break;
        case address_kind::untyped_block: reach_again(found_.blocks[known.index], words); break;
    }
}

// A shared, or an edge to an object without edges: its second word points into the object.
void scanner::scan_managed_header(node_id object, window& words, word_range const& range) {
    std::uintptr_t const begin = detail::as_integer(graph_.at(object).address);
    if (words[1] - begin <= graph_.at(object).object->size) {
        add_reference(object, counted::shared, words.offset(), range);
        words.next();  // past the second word
    }
}

// A std::shared_ptr or std::weak_ptr: its first word points into the object, or, if that is not in
// the block, anywhere.
void scanner::scan_control_block(node_id object, window const& words, word_range const& range) {
    control_block const& control = graph_.control_of(object);
    bool const inside =
        words[-1] - (control.begin + control_block_header) < control.size - control_block_header;
    if (words[-1] != 0 && (inside || !control.in_place)) {
        add_reference(object, counted::shared_ptr, words.offset() - std::ptrdiff_t{word_size},
                      range);
    }
}

void scanner::scan_object_pointer(node_id object, window const& words, word_range const& range) {
    graph_node const& node = graph_.at(object);
    bool const in_shared =
        node.kind == node_kind::managed && words[-1] == detail::as_integer(node.object->managed);
    if (!in_shared) {
        add_pointer(object, words.offset(), range);
    }
}

// A weak reference of handrail's, or an edge to an object with edges: the tagged address of a
// header, then a pointer into the object.
void scanner::scan_tagged(window& words, word_range const& range) {
    std::uintptr_t const tag = words[0] % word_size;
    address_entry const* const known = index_.find(words[0] - tag);
    if (known == nullptr || known->kind != address_kind::managed_header) {
        return;
    }
    node_id const target = known->index;
    graph_node const& node = graph_.at(target);
    if (words[1] - detail::as_integer(node.address) > node.object->size) {
        return;
    }
    if (tag == detail::weak_tag && registration_ != nullptr) {
        found_.pointers.push_back({.registration = registration_,
                                   .target = target,
                                   .block = range.block,
                                   .offset = words.offset(),
                                   .weak = true});
        words.next();  // past the second word
    } else if (tag == detail::edge_reader::is_tracked) {
        if (!take_declared(target)) {
            add_reference(target, counted::edge, words.offset(), range);
        }
        words.next();
    }
}

void scanner::add_reference(node_id target, counted how, std::ptrdiff_t offset,
                            word_range const& range) {
    if (registration_ != nullptr && take_probed(target, offset, range)) {
        return;
    }
    arc found{.from = owner_,
              .to = target,
              .reference = how == counted::edge ? reference::edge : reference::strong,
              .evidence = evidence::scan,
              .registration = registration_,
              .offset = offset};
    if (range.block != no_block) {
        found.offset = found_.blocks[range.block].first_offset;
        found.untyped_blocks = found_.blocks[range.block].depth;
        found.offset_in_block = offset;
    }
    found_.references.push_back({.arc = found,
                                 .source = source_,
                                 .block = range.block,
                                 .to_shared_ptr = how == counted::shared_ptr});
}

// The graph has the edges that managed_edges declares. Each is found once more in memory, so of
// those to one target only what is left over is not declared.
bool scanner::take_declared(node_id target) noexcept {
    auto const found = std::lower_bound(
        declared_.begin(), declared_.end(), target,
        [](declared_edges const& each, node_id wanted) { return each.target < wanted; });
    if (found != declared_.end() && found->target == target && found->left != 0) {
        --found->left;
        return true;
    }
    return registration_ == nullptr && graph_.at(owner_).has_unread_edges;
}

// A probe has reported such references, with more certainty. Those of the move probe have been
// found already, each at its offset; others may be one of the copy probe's.
bool scanner::take_probed(node_id target, std::ptrdiff_t offset, word_range const& range) {
    auto const arc_of = [this](probed_arc const& p) -> arc const& {
        return graph_.arcs()[p.index];
    };
    auto const before = [](probed_arc const& p, node_id wanted) { return p.target < wanted; };
    auto const after = [](node_id wanted, probed_arc const& p) { return wanted < p.target; };
    auto const first = std::lower_bound(probed_.begin(), probed_.end(), target, before);
    auto const last = std::upper_bound(first, probed_.end(), target, after);
    bool const was_moved =
        range.block == no_block &&
        std::any_of(first, last, [&](probed_arc const& p) { return arc_of(p).offset == offset; });
    auto const copied = std::find_if(first, last, [&](probed_arc const& p) {
        return arc_of(p).evidence == evidence::copy_probe;
    });
    if (!was_moved && copied != last) {
        found_.copies.push_back({copied->index, range.block});
    }
    return first != last;
}

void scanner::add_pointer(node_id target, std::ptrdiff_t offset, word_range const& range) {
    if (registration_ != nullptr) {
        found_.pointers.push_back({.registration = registration_,
                                   .target = target,
                                   .block = range.block,
                                   .offset = offset});
    }
}

}  // namespace handrail::leak_check
