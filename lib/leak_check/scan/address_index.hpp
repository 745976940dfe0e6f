// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The address index: what begins at an address. The scanner looks up each word of memory here.
//
//  1. An address has one entry. At a heap block's beginning this is what the block is, not what
//     lies first in it: a managed header, a control block, or an untyped block. For objects, it is
//     the object and not the handle that may be its first member.
//  2. With the block map, all control blocks are indexed by the constructor. With AddressSanitizer,
//     which cannot list heap blocks, index_heap_block() adds each when the scan reaches it.
//
// Requires: a frozen copy. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/memory/address_table.hpp"
#include "lib/leak_check/memory/control_blocks.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

enum class address_kind : std::uint8_t {
    managed_header,  // of a managed object
    control_block,   // of an object of std::shared_ptr
    object,          // one of these two kinds
    handle,          // the guard
    record,          // a registered cleanup: its owner holds it, whoever else points to it
    untyped_block,   // a heap block that is none of these, and that the scan has reached
};

struct address_entry {
    address_kind kind{};
    std::uint32_t index = 0;  // of the node in the graph; of the block in scan_result
};

class address_index {
public:
    // Effects: indexes the nodes of the graph and the records of all registrations; adds the
    //   objects of std::shared_ptr that heap blocks show to the graph. Throws as scratch does.
    address_index(scratch& memory, registry const& all, graph& g,
                  std::span<port::segment const> modules);

    // Returns: null if nothing that is known begins there. When another entry is added this one may
    //   become out of date; it stays readable, because scratch memory is not freed.
    address_entry const* find(std::uintptr_t word) const noexcept;
    // Effects: if a control block that is not indexed yet begins there, adds it to the index and
    //   its object to the graph. Returns: the size of the heap block that begins there, of whatever
    //   kind; 0 if none does. Throws as scratch does.
    std::size_t index_heap_block(std::uintptr_t word);
    void add_untyped(std::uintptr_t begin, std::uint32_t index);

    // Returns: whether the word is an address in executable memory of a module.
    bool is_code(std::uintptr_t word) const noexcept { return controls_.is_code(word); }
    // Returns: whether the word lies between the lowest and the highest heap block, but in none.
    bool is_in_unlisted_heap(std::uintptr_t word) const noexcept;

    // The untyped blocks that turned out to be objects of std::shared_ptr.
    std::span<std::uint32_t const> reclassified() const noexcept { return reclassified_; }

    // The handles that lie in a heap block but in no managed object, as a linked list for each
    // block. no_node: none, or no further one.
    bool has_handles_in_blocks() const noexcept { return has_handles_in_blocks_; }
    node_id first_handle(std::uintptr_t block) const noexcept;
    node_id next_handle_in_block(node_id handle) const noexcept { return next_handle_[handle]; }
    // Returns: the heap block in which the handle lies; 0 if none is known.
    std::uintptr_t block_around(node_id handle) const noexcept { return block_around_[handle]; }

private:
    void add(std::uintptr_t address, address_entry const& entry);
    void add_managed();
    void add_records(registry const& all);
    void add_handles();
    void add_handle_in_block(node_id handle, std::uintptr_t block);
    void add_control(control_block const& control);
    static void add_heap_block(void* self, void const* begin, std::size_t size);

    graph& graph_;
    control_blocks controls_;
    address_table<address_entry> table_;
    address_table<node_id> first_handle_;          // by heap block
    scratch_vector<node_id> next_handle_;          // by node
    scratch_vector<std::uintptr_t> block_around_;  // by node
    scratch_vector<std::uint32_t> reclassified_;
    bool has_handles_in_blocks_ = false;
    std::uintptr_t lowest_ = UINTPTR_MAX, highest_ = 0;              // of indexed addresses
    std::uintptr_t lowest_block_ = UINTPTR_MAX, highest_block_ = 0;  // of the block map
};

}  // namespace handrail::leak_check
