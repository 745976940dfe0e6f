// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What begins where: the meaning of a word that is exactly the address of something.
//
// Requires: a world that stands still. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/memory/address_table.hpp"
#include "lib/leak_check/memory/control_blocks.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

enum class address_kind : std::uint8_t {
    managed_block,  // the header of a managed object
    control_block,  // of std::shared_ptr
    object,         // the beginning of an object with one of these
    handle,         // the guard
    record,         // a registered cleanup: its owner holds it, whoever else points to it
    opaque_block,   // a heap block that is none of these, as met by the reader
};

struct address_entry {
    address_kind kind{};
    std::uint32_t index = 0;  // of the node; of the opaque block
};

class address_index {
public:
    // Effects: adds all objects of std::shared_ptr that can be found to the graph.
    address_index(scratch& memory, registry const& all, graph& g,
                  std::span<port::segment const> modules);

    // Returns: null if nothing begins there that is known, so far.
    address_entry* find(std::uintptr_t word) noexcept;
    // Returns: the size of the heap block that begins there; 0 if none does. A control block met
    //   for the first time is added to the graph and to what is found.
    std::size_t find_heap_block(std::uintptr_t word);
    void add_opaque(std::uintptr_t begin, std::uint32_t index);
    bool is_code(std::uintptr_t word) const noexcept { return controls_.is_code(word); }
    // Whether the word points into the heap, but into no block that is known.
    bool is_in_unlisted_heap(std::uintptr_t word) const noexcept;

    // Opaque blocks that turned out to be objects of std::shared_ptr, which somebody else owns.
    std::span<std::uint32_t const> reclassified() const noexcept { return reclassified_; }

    bool has_handles_in_blocks() const noexcept { return has_handles_in_blocks_; }
    // The handles that lie in the heap block, but in no managed object: first, then next.
    node_id first_handle(std::uintptr_t block) const noexcept;
    node_id next_handle(node_id handle) const noexcept { return next_handle_[handle]; }
    // The heap block that the handle lies in; 0: none.
    std::uintptr_t block_around(node_id handle) const noexcept { return block_around_[handle]; }

private:
    void add(std::uintptr_t address, address_entry const& what);
    void add_managed();
    void add_records(registry const& all);
    void add_handles();
    void add_control(control_block const& found);
    static void discover(void* self, void const* begin, std::size_t size);

    graph& graph_;
    control_blocks controls_;
    address_table<address_entry> table_;
    address_table<node_id> first_handle_;
    scratch_vector<node_id> next_handle_;  // by node
    scratch_vector<std::uintptr_t> block_around_;
    scratch_vector<std::uint32_t> reclassified_;
    bool has_handles_in_blocks_ = false;
    std::uintptr_t lowest_ = UINTPTR_MAX, highest_ = 0;              // of the table
    std::uintptr_t lowest_block_ = UINTPTR_MAX, highest_block_ = 0;  // of listed heap blocks
};

}  // namespace handrail::leak_check
