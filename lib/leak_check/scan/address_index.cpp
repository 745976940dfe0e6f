// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/address_index.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>

namespace handrail::leak_check {

namespace {

constexpr std::size_t block_alignment = 16;

}  // namespace

starts::starts(scratch& memory, registry const& all, graph& g,
               std::span<port::segment const> modules)
    : graph_(g),
      controls_(memory, modules),
      table_(memory, g.nodes().size() * 2 + all.registrations.size()),
      first_handle_(memory, 16),
      next_handle_(g.nodes().size(), no_node, memory),
      block_around_(g.nodes().size(), 0, memory),
      reclaimed_(memory) {
    add_managed();
    add_records(all);
    heap_blocks::for_each(&discover, this);
    add_handles();
}

// What is added first stays: an object is told before the handle at its beginning.
void starts::add(std::uintptr_t address, start const& what) {
    table_.insert(address, what);
    lowest_ = std::min(lowest_, address);
    highest_ = std::max(highest_, address);
}

void starts::add_managed() {
    for (node n = 0; n != graph_.nodes().size(); ++n) {
        if (graph_node const& each = graph_.at(n); each.kind == found_kind::managed) {
            add(detail::as_integer(each.object->managed), {meaning::managed_block, n});
            add(detail::as_integer(each.place), {meaning::object, n});
        }
    }
}

void starts::add_records(registry const& all) {
    for (auto const& [place, registration] : all.registrations) {
        add(detail::as_integer(place), {meaning::record, 0});
    }
}

void starts::add_handles() {
    for (node n = 0; n != next_handle_.size(); ++n) {
        graph_node const& each = graph_.at(n);
        if (each.kind != found_kind::handle) {
            continue;
        }
        add(detail::as_integer(each.place), {meaning::handle, n});
        std::uintptr_t const block =
            each.home == no_node ? heap_blocks::around(detail::as_integer(each.place)) : 0;
        if (block == 0) {
            continue;
        }
        look_for_block(block);
        block_around_[n] = block;
        has_handles_in_blocks_ = true;
        auto const [first, fresh] = first_handle_.insert(block, n);
        if (!fresh) {
            next_handle_[n] = *first;
            *first = n;
        }
    }
}

// Only objects that are alive: after the last strong reference the memory of the block waits for
// weak ones, and tells nothing.
void starts::add_control(control_block const& found) {
    if (found.type == nullptr || found.strong() == 0) {
        return;
    }
    node const n = graph_.add_standard(found);
    add(found.begin, {meaning::control_block, n});
    if (std::uintptr_t const object = found.object()) {
        if (start* const known = table_.find(object)) {
            if (known->what == meaning::opaque) {
                reclaimed_.push_back(known->index);
            }
            *known = {meaning::object, n};
        } else {
            add(object, {meaning::object, n});
        }
    }
}

void starts::discover(void* self, void const* begin, std::size_t size) {
    auto& all = *static_cast<starts*>(self);
    std::uintptr_t const address = detail::as_integer(begin);
    all.lowest_block_ = std::min(all.lowest_block_, address);
    all.highest_block_ = std::max(all.highest_block_, address + size - 1);
    all.add_control(all.controls_.at(address, size));
}

start* starts::find(std::uintptr_t word) noexcept {
    return word >= lowest_ && word <= highest_ ? table_.find(word) : nullptr;
}

std::size_t starts::look_for_block(std::uintptr_t word) {
    bool const listed = heap_blocks::known_from() == heap_blocks::source::block_map;
    if (word % block_alignment != 0 ||
        (listed && (word < lowest_block_ || word > highest_block_))) {
        return 0;
    }
    std::size_t const size = heap_blocks::size_of(word);
    if (size != 0 && !listed && table_.find(word) == nullptr) {
        add_control(controls_.at(word, size));
    }
    return size;
}

// It may take the place of the handle at its beginning.
void starts::add_opaque(std::uintptr_t begin, std::uint32_t index) {
    add(begin, {});
    *table_.find(begin) = {meaning::opaque, index};
}

bool starts::is_unknown_heap(std::uintptr_t word) const noexcept {
    return word >= lowest_block_ && word <= highest_block_ && heap_blocks::around(word) == 0;
}

node starts::first_handle(std::uintptr_t block) const noexcept {
    node const* const found = first_handle_.find(block);
    return found != nullptr ? *found : no_node;
}

}  // namespace handrail::leak_check
