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

reader::reader(scratch& memory, graph& g, starts& known)
    : blocks(memory),
      references(memory),
      pointers(memory),
      sources(memory),
      graph_(g),
      starts_(known) {
    sources.reserve(g.nodes().size() + g.registrations().size());
}

// Control blocks that are met on the way join the nodes, and are read in their turn.
void reader::read_all() {
    node next = 0;
    auto const read_nodes = [&] {
        while (next != graph_.nodes().size()) {
            read_node(next++);
        }
    };
    read_nodes();
    read_payloads();
    read_nodes();
}

void reader::read_payloads() {
    bool const sees_blocks = heap_blocks::known_from() != heap_blocks::source::none;
    for (registration_entry const* each : graph_.registrations()) {
        node const owner = graph_.node_of(each->owner);
        unknown_ = false;
        if (owner != no_node && each->payload.size >= word_size) {
            read_payload(owner, *each);
        }
        opaque += sees_blocks ? unknown_ : each->opaque;
    }
}

// Stale pointers are common on stacks, so that only doubtful claims yield to what is found there.
void reader::read_outside(std::uintptr_t begin, std::size_t size, claim contests) {
    run_of_words const memory{rounded_up(begin), whole_words(begin, size), no_block, no_node};
    for (window words(memory.begin, memory.count); !words.at_end(); words.next()) {
        start const* const what = starts_.find(words[0]);
        if (what != nullptr && what->what == meaning::opaque) {
            blocks[what->index].contested |= blocks[what->index].how >= contests;
        }
    }
}

void reader::read_other_blocks() {
    heap_blocks::for_each(
        [](void* self, void const* begin, std::size_t size) {
            auto& all = *static_cast<reader*>(self);
            if (all.starts_.find(detail::as_integer(begin)) == nullptr) {
                all.read_outside(detail::as_integer(begin), size, claim::likely);
            }
        },
        this);
}

void reader::read_payload(node owner, registration_entry const& r) {
    std::uintptr_t const begin = detail::as_integer(r.payload.begin);
    std::uintptr_t const block = starts_.has_handles_in_blocks() ? heap_blocks::around(begin) : 0;
    read_source(owner, &r, begin, r.payload.size,
                block != 0 ? starts_.first_handle(block) : no_node);
}

void reader::read_node(node n) {
    graph_node const what = graph_.at(n);  // a copy: the nodes may become more
    if (what.kind == found_kind::managed && what.object->size >= word_size) {
        read_source(n, nullptr, detail::as_integer(what.place), what.object->size,
                    what.first_handle);
    } else if (what.kind == found_kind::standard) {
        control_block const control = graph_.control_of(n);
        read_source(n, nullptr, control.begin + control_block_header,
                    control.size - control_block_header, starts_.first_handle(control.begin));
    }
}

void reader::read_source(node owner, registration_entry const* registration, std::uintptr_t begin,
                         std::size_t size, node first_handle) {
    source_ = static_cast<std::uint32_t>(sources.size());
    sources.push_back(registration == nullptr ? owner : no_node);
    owner_ = owner;
    registration_ = registration;
    auto next = blocks.size();
    read({rounded_up(begin), whole_words(begin, size), no_block, first_handle});
    if (registration == nullptr && graph_.at(owner).kind == found_kind::standard &&
        graph_.control_of(owner).is_pointer) {
        std::uintptr_t const object = graph_.control_of(owner).object();
        read({object, heap_blocks::size_of(object) / word_size, no_block,
              starts_.first_handle(object)});
    }
    for (; next != blocks.size(); ++next) {
        opaque_block const each = blocks[next];
        read({each.begin, (each.end - each.begin) / word_size, static_cast<std::uint32_t>(next),
              starts_.first_handle(each.begin)});
    }
}

void reader::read(run_of_words const& memory) {
    for (window words(memory.begin, memory.count); !words.at_end(); words.next()) {
        if (words[0] != 0 && !lies_in_handle(words.place(), memory.first_handle)) {
            look_at(words, memory);
        }
    }
}

bool reader::lies_in_handle(std::uintptr_t place, node first_handle) const noexcept {
    bool inside = false;
    for (node h = first_handle; h != no_node && !inside;) {
        graph_node const& handle = graph_.at(h);
        inside = place - detail::as_integer(handle.place) < handle.guard->size;
        h = handle.home != no_node ? handle.first_handle : starts_.next_handle(h);
    }
    return inside;
}

void reader::look_at(window& words, run_of_words const& memory) {
    std::uintptr_t const word = words[0];
    if (word % word_size != 0) {
        if (registration_ != nullptr && word % word_size == detail::weak_tag) {
            meet_weak(words, memory);
        }
        return;
    }
    start* what = starts_.find(word);
    if ((what == nullptr || what->what == meaning::object || what->what == meaning::handle) &&
        is_control_block(words[1])) {
        return;  // the pointer of a std::shared_ptr: what counts is the next word
    }
    // A control block that is met for the first time is found after the look. A handle at the
    // beginning of a heap block is part of it.
    if (what == nullptr || what->what == meaning::handle) {
        if (starts_.look_for_block(word) != 0) {
            what = starts_.find(word);
            if (what == nullptr || what->what == meaning::handle) {
                meet_fresh(words, memory);
                return;
            }
        } else if (starts_.is_unknown_heap(word)) {
            unknown_ = true;
        }
    }
    if (what != nullptr) {
        meet(*what, words, memory);
    }
}

bool reader::is_control_block(std::uintptr_t word) {
    start const* what = starts_.find(word);
    if (what == nullptr && starts_.look_for_block(word) != 0) {
        what = starts_.find(word);
    }
    return what != nullptr && what->what == meaning::control_block;
}

void reader::meet_weak(window& words, run_of_words const& memory) {
    start const* const what = starts_.find(words[0] - detail::weak_tag);
    if (what != nullptr && what->what == meaning::managed_block &&
        words[1] - detail::as_integer(graph_.at(what->index).place) <=
            graph_.at(what->index).object->size) {
        pointers.push_back({registration_, what->index, memory.block, words.offset(), true});
        words.next();  // its second word
    }
}

void reader::meet_fresh(window const& words, run_of_words const& memory) {
    if (!meet_deque(words, memory) && !meet_vector(words, memory) && !meet_hash(words, memory)) {
        std::uintptr_t const begin = words[0];
        meet_block(claim_of(words), begin, begin, begin + heap_blocks::size_of(begin),
                   words.offset(), memory);
    }
}

void reader::meet(start& what, window& words, run_of_words const& memory) {
    switch (what.what) {
        case meaning::managed_block: {
            object_entry const& object = *graph_.at(what.index).object;
            std::uintptr_t const begin = detail::as_integer(graph_.at(what.index).place);
            if (words[1] - begin <= object.size) {
                add_reference(what.index, false, words.offset(), memory);
                words.next();  // its second word
            }
            break;
        }
        case meaning::control_block: {
            control_block const& control = graph_.control_of(what.index);
            bool const inside = words[-1] - (control.begin + control_block_header) <
                                control.size - control_block_header;
            if (words[-1] != 0 && (inside || !control.in_place)) {
                add_reference(what.index, true, words.offset() - std::ptrdiff_t{word_size}, memory);
            }
            break;
        }
        case meaning::object: {
            graph_node const& around = graph_.at(what.index);
            bool const in_shared = around.kind == found_kind::managed &&
                                   words[-1] == detail::as_integer(around.object->managed);
            if (!in_shared) {
                add_pointer(what.index, words.offset(), memory);
            }
            break;
        }
        case meaning::handle: add_pointer(what.index, words.offset(), memory); break;
        case meaning::record: break;
        case meaning::opaque: meet_again(blocks[what.index], words); break;
    }
}

// The header of a list points to its last node, too, that of a map to the outermost ones: met there
// first, they are elements by the words that come later.
void reader::meet_again(opaque_block& known, window const& words) const noexcept {
    if (known.source == source_) {
        known.how = std::min(known.how, claim_of(words));
        known.contested &= known.how != claim::element;
    } else {
        known.contested |= known.how != claim::element;
    }
}

// Returns: whether a cleanup points to memory with handles in it.
bool reader::note_handles(std::uintptr_t block, std::ptrdiff_t offset, run_of_words const& memory) {
    node const first = registration_ != nullptr ? starts_.first_handle(block) : no_node;
    for (node h = first; h != no_node; h = starts_.next_handle(h)) {
        add_pointer(h, offset, memory);
    }
    return first != no_node;
}

// A cleanup that points to the memory of handles does not own it; most likely it points to the
// object around its own.
bool reader::meet_block(claim how, std::uintptr_t begin, std::uintptr_t live_begin,
                        std::uintptr_t live_end, std::ptrdiff_t offset,
                        run_of_words const& memory) {
    if (note_handles(begin, offset, memory)) {
        return true;
    }
    // An operation of Asio: a link, then the function that completes it. It is its io_context's.
    if (!starts_.is_code(heap_blocks::read_word(begin)) &&
        starts_.is_code(heap_blocks::read_word(begin + word_size))) {
        unknown_ = true;
        return true;
    }
    opaque_block fresh{live_begin, live_end, source_, memory.block, offset, offset, 1, how, false};
    if (memory.block != no_block) {
        fresh.first_offset = blocks[memory.block].first_offset;
        fresh.depth = blocks[memory.block].depth + 1;
    }
    starts_.add_opaque(begin, static_cast<std::uint32_t>(blocks.size()));
    blocks.push_back(fresh);
    return true;
}

cause reader::cause_of(node target, via how, std::ptrdiff_t offset,
                       std::uint32_t block) const noexcept {
    cause found{owner_, target, how, registration_, nullptr, offset, -1, 0};
    if (block != no_block) {
        found.offset = blocks[block].first_offset;
        found.last_offset = offset;
        found.blocks = blocks[block].depth;
    }
    return found;
}

void reader::add_reference(node target, bool standard, std::ptrdiff_t offset,
                           run_of_words const& memory) {
    if (!is_noted(target)) {
        references.push_back({cause_of(target, via::bytes, offset, memory.block), source_,
                              memory.block, standard, false});
    }
}

// The probes have told of it, with more certainty.
bool reader::is_noted(node target) const noexcept {
    return registration_ != nullptr &&
           std::any_of(registration_->notes.begin(), registration_->notes.end(),
                       [id = graph_.at(target).id](note_entry const& n) {
                           return n.strong && n.target == id;
                       });
}

void reader::add_pointer(node target, std::ptrdiff_t offset, run_of_words const& memory) {
    if (registration_ != nullptr) {
        pointers.push_back({registration_, target, memory.block, offset, false});
    }
}

}  // namespace handrail::leak_check
