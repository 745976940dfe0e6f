// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/address_index.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>

namespace handrail::leak_check {

namespace {

constexpr std::size_t block_alignment = 16;

}  // namespace

address_index::address_index(scratch& memory, registry const& all, graph& g,
                             std::span<port::segment const> modules)
    : graph_(g),
      controls_(memory, modules),
      table_(memory, g.nodes().size() * 2 + all.registrations.size()),
      first_handle_(memory, 16),
      next_handle_(g.nodes().size(), no_node, memory),
      block_around_(g.nodes().size(), 0, memory),
      reclassified_(memory) {
    add_managed();
    add_records(all);
    heap_blocks::for_each(&add_heap_block, this);
    add_handles();
}

// Keeps the entry that an address has already: that of an object, not of the handle at its
// beginning.
void address_index::add(std::uintptr_t address, address_entry const& entry) {
    table_.insert(address, entry);
    lowest_ = std::min(lowest_, address);
    highest_ = std::max(highest_, address);
}

void address_index::add_managed() {
    for (node_id n = 0; n != graph_.nodes().size(); ++n) {
        if (graph_node const& each = graph_.at(n); each.kind == node_kind::managed) {
            add(detail::as_integer(each.object->managed), {address_kind::managed_header, n});
            add(detail::as_integer(each.address), {address_kind::object, n});
        }
    }
}

void address_index::add_records(registry const& all) {
    for (auto const& [record, registration] : all.registrations) {
        add(detail::as_integer(record), {address_kind::record, 0});
    }
}

void address_index::add_handles() {
    for (node_id n = 0; n != next_handle_.size(); ++n) {
        graph_node const& each = graph_.at(n);
        if (each.kind != node_kind::handle) {
            continue;
        }
        add(detail::as_integer(each.address), {address_kind::handle, n});
        std::uintptr_t const block =
            each.enclosing == no_node ? heap_blocks::around(detail::as_integer(each.address)) : 0;
        if (block == 0) {
            continue;
        }
        index_heap_block(block);
        add_handle_in_block(n, block);
    }
}

void address_index::add_handle_in_block(node_id handle, std::uintptr_t block) {
    block_around_[handle] = block;
    has_handles_in_blocks_ = true;
    auto const [first, is_new] = first_handle_.insert(block, handle);
    if (!is_new) {
        next_handle_[handle] = *first;
        *first = handle;
    }
}

// An object whose last strong reference has gone is not a node: its memory is kept for weak
// references, and what it contains is stale.
void address_index::add_control(control_block const& control) {
    if (control.type == nullptr || control.strong() == 0) {
        return;
    }
    node_id const n = graph_.add_shared_ptr_object(control);
    add(control.begin, {address_kind::control_block, n});
    if (std::uintptr_t const object = control.object()) {
        if (address_entry* const known = table_.find(object)) {
            if (known->kind == address_kind::untyped_block) {
                reclassified_.push_back(known->index);
            }
            *known = {address_kind::object, n};
        } else {
            add(object, {address_kind::object, n});
        }
    }
}

void address_index::add_heap_block(void* self, void const* begin, std::size_t size) {
    auto& all = *static_cast<address_index*>(self);
    std::uintptr_t const address = detail::as_integer(begin);
    all.lowest_block_ = std::min(all.lowest_block_, address);
    all.highest_block_ = std::max(all.highest_block_, address + size - 1);
    all.add_control(all.controls_.at(address, size));
}

address_entry const* address_index::find(std::uintptr_t word) const noexcept {
    return word >= lowest_ && word <= highest_ ? table_.find(word) : nullptr;
}

std::size_t address_index::index_heap_block(std::uintptr_t word) {
    bool const listed = heap_blocks::provider_in_use() == heap_blocks::provider::block_map;
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

// Replaces the entry of a handle at the beginning of the block.
void address_index::add_untyped(std::uintptr_t begin, std::uint32_t index) {
    add(begin, {});
    *table_.find(begin) = {address_kind::untyped_block, index};
}

bool address_index::is_in_unlisted_heap(std::uintptr_t word) const noexcept {
    return word >= lowest_block_ && word <= highest_block_ && heap_blocks::around(word) == 0;
}

node_id address_index::first_handle(std::uintptr_t block) const noexcept {
    node_id const* const found = first_handle_.find(block);
    return found != nullptr ? *found : no_node;
}

}  // namespace handrail::leak_check
