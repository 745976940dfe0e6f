// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/scanner.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/memory/window.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <algorithm>

namespace handrail::leak_check {

namespace {

std::uintptr_t rounded_up(std::uintptr_t place) noexcept {
    return (place + word_size - 1) & ~(word_size - 1);
}

std::size_t whole_words(std::uintptr_t begin, std::size_t size) noexcept {
    std::uintptr_t const first = rounded_up(begin), end = begin + size;
    return first < end ? (end - first) / word_size : 0;
}

}  // namespace

scanner::scanner(scratch& memory, graph& g, address_index& known)
    : blocks(memory),
      references(memory),
      pointers(memory),
      sources(memory),
      graph_(g),
      index_(known) {
    sources.reserve(g.nodes().size() + g.registrations().size());
}

// Control blocks that are met on the way join the nodes, and are read in their turn.
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
    bool const sees_blocks = heap_blocks::source_in_use() != heap_blocks::source::none;
    for (registration_entry const* each : graph_.registrations()) {
        node_id const owner = graph_.node_of(each->owner);
        points_to_unknown_ = false;
        if (owner != no_node && each->payload.size >= word_size) {
            scan_payload(owner, *each);
        }
        opaque += sees_blocks ? points_to_unknown_ : each->opaque;
    }
}

// Stale pointers are common on stacks, so that only doubtful claims yield to what is found there.
void scanner::mark_ambiguous_from(std::uintptr_t begin, std::size_t size, ownership threshold) {
    word_range const memory{rounded_up(begin), whole_words(begin, size), no_block, no_node};
    for (window words(memory.begin, memory.count); !words.at_end(); words.next()) {
        address_entry const* const what = index_.find(words[0]);
        if (what != nullptr && what->kind == address_kind::opaque_block) {
            blocks[what->index].ambiguous |= blocks[what->index].confidence >= threshold;
        }
    }
}

void scanner::mark_ambiguous_from_other_blocks() {
    heap_blocks::for_each(
        [](void* self, void const* begin, std::size_t size) {
            auto& all = *static_cast<scanner*>(self);
            if (all.index_.find(detail::as_integer(begin)) == nullptr) {
                all.mark_ambiguous_from(detail::as_integer(begin), size, ownership::likely);
            }
        },
        this);
}

void scanner::scan_payload(node_id owner, registration_entry const& r) {
    std::uintptr_t const begin = detail::as_integer(r.payload.begin);
    std::uintptr_t const block = index_.has_handles_in_blocks() ? heap_blocks::around(begin) : 0;
    scan_source(owner, &r, begin, r.payload.size,
                block != 0 ? index_.first_handle(block) : no_node);
}

void scanner::scan_node(node_id n) {
    graph_node const what = graph_.at(n);  // a copy: the nodes may become more
    if (what.kind == node_kind::managed && what.object->size >= word_size) {
        scan_source(n, nullptr, detail::as_integer(what.address), what.object->size,
                    what.first_handle);
    } else if (what.kind == node_kind::shared_ptr) {
        control_block const control = graph_.control_of(n);
        scan_source(n, nullptr, control.begin + control_block_header,
                    control.size - control_block_header, index_.first_handle(control.begin));
    }
}

void scanner::scan_source(node_id owner, registration_entry const* registration,
                          std::uintptr_t begin, std::size_t size, node_id first_handle) {
    source_ = static_cast<std::uint32_t>(sources.size());
    sources.push_back(registration == nullptr ? owner : no_node);
    owner_ = owner;
    registration_ = registration;
    auto next = blocks.size();
    scan({rounded_up(begin), whole_words(begin, size), no_block, first_handle});
    if (registration == nullptr && graph_.at(owner).kind == node_kind::shared_ptr &&
        graph_.control_of(owner).is_pointer) {
        std::uintptr_t const object = graph_.control_of(owner).object();
        scan({object, heap_blocks::size_of(object) / word_size, no_block,
              index_.first_handle(object)});
    }
    for (; next != blocks.size(); ++next) {
        opaque_block const each = blocks[next];
        scan({each.begin, (each.end - each.begin) / word_size, static_cast<std::uint32_t>(next),
              index_.first_handle(each.begin)});
    }
}

void scanner::scan(word_range const& memory) {
    for (window words(memory.begin, memory.count); !words.at_end(); words.next()) {
        if (words[0] != 0 && !lies_in_guard(words.address(), memory.first_handle)) {
            scan_word(words, memory);
        }
    }
}

bool scanner::lies_in_guard(std::uintptr_t address, node_id first_handle) const noexcept {
    bool inside = false;
    for (node_id h = first_handle; h != no_node && !inside;) {
        graph_node const& handle = graph_.at(h);
        inside = address - detail::as_integer(handle.address) < handle.guard->size;
        h = handle.enclosing != no_node ? handle.first_handle : index_.next_handle(h);
    }
    return inside;
}

void scanner::scan_word(window& words, word_range const& memory) {
    std::uintptr_t const word = words[0];
    if (word % word_size != 0) {
        if (registration_ != nullptr && word % word_size == detail::weak_tag) {
            scan_weak(words, memory);
        }
        return;
    }
    address_entry* what = index_.find(word);
    if ((what == nullptr || what->kind == address_kind::object ||
         what->kind == address_kind::handle) &&
        is_control_block(words[1])) {
        return;  // the pointer of a std::shared_ptr: what counts is the next word
    }
    // A control block that is met for the first time is found after the look. A handle at the
    // beginning of a heap block is part of it.
    if (what == nullptr || what->kind == address_kind::handle) {
        if (index_.find_heap_block(word) != 0) {
            what = index_.find(word);
            if (what == nullptr || what->kind == address_kind::handle) {
                scan_new_block(words, memory);
                return;
            }
        } else if (index_.is_in_unlisted_heap(word)) {
            points_to_unknown_ = true;
        }
    }
    if (what != nullptr) {
        follow(*what, words, memory);
    }
}

bool scanner::is_control_block(std::uintptr_t word) {
    address_entry const* what = index_.find(word);
    if (what == nullptr && index_.find_heap_block(word) != 0) {
        what = index_.find(word);
    }
    return what != nullptr && what->kind == address_kind::control_block;
}

void scanner::scan_weak(window& words, word_range const& memory) {
    address_entry const* const what = index_.find(words[0] - detail::weak_tag);
    if (what != nullptr && what->kind == address_kind::managed_block &&
        words[1] - detail::as_integer(graph_.at(what->index).address) <=
            graph_.at(what->index).object->size) {
        pointers.push_back({.registration = registration_,
                            .target = what->index,
                            .block = memory.block,
                            .offset = words.offset(),
                            .weak = true});
        words.next();  // its second word
    }
}

void scanner::scan_new_block(window const& words, word_range const& memory) {
    if (!recognise_deque(words, memory) && !recognise_vector(words, memory) &&
        !recognise_hash_table(words, memory)) {
        std::uintptr_t const begin = words[0];
        add_block(ownership_of(words), begin, begin, begin + heap_blocks::size_of(begin),
                  words.offset(), memory);
    }
}

void scanner::follow(address_entry& what, window& words, word_range const& memory) {
    switch (what.kind) {
        case address_kind::managed_block: {
            object_entry const& object = *graph_.at(what.index).object;
            std::uintptr_t const begin = detail::as_integer(graph_.at(what.index).address);
            if (words[1] - begin <= object.size) {
                add_reference(what.index, false, words.offset(), memory);
                words.next();  // its second word
            }
            break;
        }
        case address_kind::control_block: {
            control_block const& control = graph_.control_of(what.index);
            bool const inside = words[-1] - (control.begin + control_block_header) <
                                control.size - control_block_header;
            if (words[-1] != 0 && (inside || !control.in_place)) {
                add_reference(what.index, true, words.offset() - std::ptrdiff_t{word_size}, memory);
            }
            break;
        }
        case address_kind::object: {
            graph_node const& around = graph_.at(what.index);
            bool const in_shared = around.kind == node_kind::managed &&
                                   words[-1] == detail::as_integer(around.object->managed);
            if (!in_shared) {
                add_pointer(what.index, words.offset(), memory);
            }
            break;
        }
        case address_kind::handle: add_pointer(what.index, words.offset(), memory); break;
        case address_kind::record: break;
        case address_kind::opaque_block: reach_again(blocks[what.index], words); break;
    }
}

// The header of a list points to its last node, too, that of a map to the outermost ones: met there
// first, they are elements by the words that come later.
void scanner::reach_again(opaque_block& known, window const& words) const noexcept {
    if (known.source == source_) {
        known.confidence = std::min(known.confidence, ownership_of(words));
        known.ambiguous &= known.confidence != ownership::proven;
    } else {
        known.ambiguous |= known.confidence != ownership::proven;
    }
}

// Returns: whether a cleanup points to memory with handles in it.
bool scanner::add_pointers_to_handles(std::uintptr_t block, std::ptrdiff_t offset,
                                      word_range const& memory) {
    node_id const first = registration_ != nullptr ? index_.first_handle(block) : no_node;
    for (node_id h = first; h != no_node; h = index_.next_handle(h)) {
        add_pointer(h, offset, memory);
    }
    return first != no_node;
}

// A cleanup that points to the memory of handles does not own it; most likely it points to the
// object around its own.
bool scanner::add_block(ownership confidence, std::uintptr_t begin, std::uintptr_t live_begin,
                        std::uintptr_t live_end, std::ptrdiff_t offset, word_range const& memory) {
    if (add_pointers_to_handles(begin, offset, memory)) {
        return true;
    }
    // An operation of Asio: a link, then the function that completes it. It is its io_context's.
    if (!index_.is_code(heap_blocks::read_word(begin)) &&
        index_.is_code(heap_blocks::read_word(begin + word_size))) {
        points_to_unknown_ = true;
        return true;
    }
    opaque_block fresh{.begin = live_begin,
                       .end = live_end,
                       .source = source_,
                       .parent = memory.block,
                       .first_offset = offset,
                       .confidence = confidence};
    if (memory.block != no_block) {
        fresh.first_offset = blocks[memory.block].first_offset;
        fresh.depth = blocks[memory.block].depth + 1;
    }
    index_.add_opaque(begin, static_cast<std::uint32_t>(blocks.size()));
    blocks.push_back(fresh);
    return true;
}

cause scanner::cause_of(node_id target, std::ptrdiff_t offset, std::uint32_t block) const noexcept {
    cause found{.from = owner_,
                .to = target,
                .reference = reference_kind::strong,
                .evidence = raw_evidence::scan,
                .registration = registration_,
                .offset = offset};
    if (block != no_block) {
        found.offset = blocks[block].first_offset;
        found.offset_in_block = offset;
        found.heap_blocks = blocks[block].depth;
    }
    return found;
}

void scanner::add_reference(node_id target, bool to_shared_ptr, std::ptrdiff_t offset,
                            word_range const& memory) {
    if (!is_probed(target)) {
        references.push_back({.why = cause_of(target, offset, memory.block),
                              .source = source_,
                              .block = memory.block,
                              .to_shared_ptr = to_shared_ptr});
    }
}

// The probes have told of it, with more certainty.
bool scanner::is_probed(node_id target) const noexcept {
    return registration_ != nullptr &&
           std::any_of(registration_->references.begin(), registration_->references.end(),
                       [id = graph_.at(target).id](reference_entry const& n) {
                           return n.strong && n.target == id;
                       });
}

void scanner::add_pointer(node_id target, std::ptrdiff_t offset, word_range const& memory) {
    if (registration_ != nullptr) {
        pointers.push_back({.registration = registration_,
                            .target = target,
                            .block = memory.block,
                            .offset = offset});
    }
}

}  // namespace handrail::leak_check
