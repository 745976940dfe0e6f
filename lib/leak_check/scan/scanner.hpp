// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reads memory word by word and notes what the words refer to. See bytes.hpp for the rules.
//
// Requires: a world that stands still. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/memory/window.hpp"
#include "lib/leak_check/scan/address_index.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::leak_check {

inline constexpr std::uint32_t no_block = UINT32_MAX;

struct word_range {
    std::uintptr_t begin = 0;
    std::size_t count = 0;
    std::uint32_t block = no_block;     // the opaque block that it is; no_block: the source itself
    node_id first_handle = UINT32_MAX;  // handles in it, whose words are passed over
};

// How sure it is that what points to an opaque block owns it.
enum class ownership : std::uint8_t {
    proven,    // the structure of a container tells, or the copy of the payload
    likely,    // a pointer, as std::unique_ptr and std::function are
    doubtful,  // a pointer in a cleanup, or what an empty std::function has left
};

// A heap block that is no node, met on the way from a source.
struct opaque_block {
    std::uintptr_t begin = 0, end = 0;  // of what is live in it
    std::uint32_t source = 0;
    std::uint32_t parent = no_block;  // the one that leads here; no_block: the source itself
    std::ptrdiff_t first_offset = 0;  // of the first word on the way, in the source
    std::uint32_t depth = 1;
    ownership confidence = ownership::likely;
    bool ambiguous = false;  // somebody else may own it
};

struct scanned_reference {
    cause why;
    std::uint32_t source = 0;
    std::uint32_t block = no_block;  // in which it lies
    bool to_shared_ptr = false;      // a std::shared_ptr or std::weak_ptr
    bool dropped = false;
    bool settled = false;  // strong or weak: by the copy of the payload
};

// From a cleanup.
struct scanned_pointer {
    registration_entry const* registration = nullptr;
    node_id target = no_node;
    std::uint32_t block = no_block;
    std::ptrdiff_t offset = -1;
    bool weak = false;  // a weak reference of this library
};

class scanner {
public:
    scanner(scratch& memory, graph& g, address_index& known);

    // Effects: reads every object of the graph, then every registration's payload.
    void scan_all();

    // Effects: opaque blocks whose address lies in this memory, or in heap blocks that nothing has
    //   led to, may belong to somebody else, unless the claim to them is better than contests.
    //   After read_all().
    void mark_ambiguous_from(std::uintptr_t begin, std::size_t size, ownership threshold);
    void mark_ambiguous_from_other_blocks();

    scratch_vector<opaque_block> blocks;
    scratch_vector<scanned_reference> references;
    scratch_vector<scanned_pointer> pointers;
    std::size_t opaque = 0;  // registrations that point to heap memory nothing is known of

    // The nodes that own opaque blocks, by source; no_node for registrations.
    scratch_vector<node_id> sources;

private:
    void scan_source(node_id owner, registration_entry const* registration, std::uintptr_t begin,
                     std::size_t size, node_id first_handle);
    void scan_node(node_id n);
    void scan_payloads();
    void scan_payload(node_id owner, registration_entry const& r);
    void scan(word_range const& memory);
    void scan_word(window& words, word_range const& memory);
    void follow(address_entry& what, window& words, word_range const& memory);
    void reach_again(opaque_block& known, window const& words) const noexcept;
    bool is_control_block(std::uintptr_t word);
    void scan_weak(window& words, word_range const& memory);
    void scan_new_block(window const& words, word_range const& memory);
    bool add_pointers_to_handles(std::uintptr_t block, std::ptrdiff_t offset,
                                 word_range const& memory);
    bool recognise_vector(window const& words, word_range const& memory);
    bool recognise_deque(window const& words, word_range const& memory);
    bool recognise_hash_table(window const& words, word_range const& memory);
    bool add_block(ownership confidence, std::uintptr_t begin, std::uintptr_t live_begin,
                   std::uintptr_t live_end, std::ptrdiff_t offset, word_range const& memory);
    ownership ownership_of(window const& words) const noexcept;
    bool is_unvisited_block(std::uintptr_t begin, std::size_t& size);
    void add_reference(node_id target, bool to_shared_ptr, std::ptrdiff_t offset,
                       word_range const& memory);
    bool is_probed(node_id target) const noexcept;
    void add_pointer(node_id target, std::ptrdiff_t offset, word_range const& memory);
    bool lies_in_guard(std::uintptr_t address, node_id first_handle) const noexcept;
    cause cause_of(node_id target, std::ptrdiff_t offset, std::uint32_t block) const noexcept;

    graph& graph_;
    address_index& index_;

    // The source that is being read.
    std::uint32_t source_ = 0;
    node_id owner_ = no_node;
    registration_entry const* registration_ = nullptr;
    bool points_to_unknown_ = false;
};

}  // namespace handrail::leak_check
