// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reads memory word by word and records what the words refer to. conservative_scan.hpp has the
// rules; this is how they are carried out:
//
//   scan_all      each object of the graph, then each registration's payload, then the objects of
//                 std::shared_ptr that were found on the way. Each of these is a source.
//   scan_source   the source's own memory, then the untyped blocks that it reached, breadth first
//   scan_word     one word, with its neighbours: what the address index knows it as, else a heap
//                 block that nothing has reached before
//
// Nothing recurses: the blocks reached are the queue of those to read.
//
// Requires: a frozen copy. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/memory/scratch.hpp"
#include "lib/leak_check/memory/window.hpp"
#include "lib/leak_check/scan/address_index.hpp"
#include "lib/leak_check/scan/scan_result.hpp"

#include <cstddef>
#include <cstdint>

namespace handrail::leak_check {

class scanner {
public:
    // Requires: all four outlive this object. What it finds is added to found; objects of
    //   std::shared_ptr that it discovers are added to the graph and the index.
    scanner(scratch& memory, graph& g, address_index& index, scan_result& found);

    // Throws as scratch does.
    void scan_all();

private:
    struct word_range {
        std::uintptr_t begin = 0;
        std::size_t count = 0;
        std::uint32_t block =
            no_block;  // the untyped block that it is; no_block: the source itself
        node_id first_handle = no_node;  // the handles in it, whose words are skipped
    };
    class reached_blocks;
    enum class counted { shared, edge, shared_ptr };
    struct probed_arc {
        node_id target = no_node;
        std::size_t index = 0;  // among the arcs
    };
    struct declared_edges {
        node_id target = no_node;
        std::size_t left = 0;  // how many of them have not been found in memory
    };

    void scan_payloads();
    void scan_payload(node_id owner, registration_entry const& registration);
    void scan_node(node_id n);
    void scan_source(node_id owner, registration_entry const* registration, std::uintptr_t begin,
                     std::size_t size, node_id first_handle);
    void scan(word_range const& range);
    bool lies_in_handle(std::uintptr_t address, node_id first_handle) const noexcept;

    void scan_word(window& words, word_range const& range);
    bool is_control_block(std::uintptr_t word);
    void scan_known(address_entry const& known, window& words, word_range const& range);
    void scan_managed_header(node_id object, window& words, word_range const& range);
    void scan_control_block(node_id object, window const& words, word_range const& range);
    void scan_object_pointer(node_id object, window const& words, word_range const& range);
    void scan_tagged(window& words, word_range const& range);

    void scan_new_block(window const& words, word_range const& range);
    void add_block(untyped_block const& block, std::uintptr_t begin, word_range const& range);
    void reach_again(untyped_block& known, window const& words) const noexcept;
    bool add_pointers_to_handles(std::uintptr_t block, std::ptrdiff_t offset,
                                 word_range const& range);
    bool is_asio_operation(std::uintptr_t block) const noexcept;

    void add_reference(node_id target, counted how, std::ptrdiff_t offset, word_range const& range);
    void list_probed(registration_entry const& registration);
    // Effects: if a probe has reported references to the target, records that one was found again.
    // Returns: whether one has.
    bool take_probed(node_id target, std::ptrdiff_t offset, word_range const& range);
    void list_declared(node_id object);
    // Effects: takes a declared edge to the target off the list. Returns: false if there was none.
    bool take_declared(node_id target) noexcept;
    void add_pointer(node_id target, std::ptrdiff_t offset, word_range const& range);

    graph& graph_;
    address_index& index_;
    scan_result& found_;

    // The source that is being scanned.
    std::uint32_t source_ = 0;
    node_id owner_ = no_node;
    registration_entry const* registration_ = nullptr;  // null: the source is owner_ itself
    bool reaches_unknown_ = false;       // it refers to heap memory about which nothing is known
    scratch_vector<probed_arc> probed_;  // of the registration, by target
    std::size_t next_probed_ = 0;        // among the arcs, where those of later registrations begin
    scratch_vector<declared_edges> declared_;  // of the object, by target
    std::size_t next_declared_ = 0;            // among the arcs, where those of later objects begin
};

}  // namespace handrail::leak_check
