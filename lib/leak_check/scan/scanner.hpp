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

struct run_of_words {
    std::uintptr_t begin = 0;
    std::size_t count = 0;
    std::uint32_t block = no_block;  // the opaque block that it is; no_block: the source itself
    node first_handle = UINT32_MAX;  // handles in it, whose words are passed over
};

// How sure it is that what points to an opaque block owns it.
enum class claim : std::uint8_t {
    element,   // the structure of a container tells, or the copy of the payload
    likely,    // a pointer, as std::unique_ptr and std::function are
    doubtful,  // a pointer in a cleanup, or what an empty std::function has left
};

// A heap block that is no node, met on the way from a source.
struct opaque_block {
    std::uintptr_t begin = 0, end = 0;  // of what is live in it
    std::uint32_t source = 0;
    std::uint32_t from = no_block;    // the one that leads here; no_block: the source itself
    std::ptrdiff_t offset = 0;        // of the word that leads here
    std::ptrdiff_t first_offset = 0;  // of the first word on the way, in the source
    std::uint32_t depth = 1;
    claim how = claim::likely;
    bool contested = false;  // somebody else may own it
};

struct met_reference {
    cause what;
    std::uint32_t source = 0;
    std::uint32_t block = no_block;  // in which it lies
    bool standard = false;           // a std::shared_ptr or std::weak_ptr
    bool dropped = false;
    bool told = false;  // strong or weak: by the copy of the payload
};

// From a cleanup.
struct met_pointer {
    registration_entry const* registration = nullptr;
    node target = no_node;
    std::uint32_t block = no_block;
    std::ptrdiff_t offset = -1;
    bool weak = false;  // a weak reference of this library
};

class reader {
public:
    reader(scratch& memory, graph& g, starts& known);

    // Effects: reads every object of the graph, then every registration's payload.
    void read_all();

    // Effects: opaque blocks whose address lies in this memory, or in heap blocks that nothing has
    //   led to, may belong to somebody else, unless the claim to them is better than contests.
    //   After read_all().
    void read_outside(std::uintptr_t begin, std::size_t size, claim contests);
    void read_other_blocks();

    scratch_vector<opaque_block> blocks;
    scratch_vector<met_reference> references;
    scratch_vector<met_pointer> pointers;
    std::size_t opaque = 0;  // registrations that point to heap memory nothing is known of

    // The nodes that own opaque blocks, by source; no_node for registrations.
    scratch_vector<node> sources;

private:
    void read_source(node owner, registration_entry const* registration, std::uintptr_t begin,
                     std::size_t size, node first_handle);
    void read_node(node n);
    void read_payloads();
    void read_payload(node owner, registration_entry const& r);
    void read(run_of_words const& memory);
    void look_at(window& words, run_of_words const& memory);
    void meet(start& what, window& words, run_of_words const& memory);
    void meet_again(opaque_block& known, window const& words) const noexcept;
    bool is_control_block(std::uintptr_t word);
    void meet_weak(window& words, run_of_words const& memory);
    void meet_fresh(window const& words, run_of_words const& memory);
    bool note_handles(std::uintptr_t block, std::ptrdiff_t offset, run_of_words const& memory);
    bool meet_vector(window const& words, run_of_words const& memory);
    bool meet_deque(window const& words, run_of_words const& memory);
    bool meet_hash(window const& words, run_of_words const& memory);
    bool meet_block(claim how, std::uintptr_t begin, std::uintptr_t live_begin,
                    std::uintptr_t live_end, std::ptrdiff_t offset, run_of_words const& memory);
    claim claim_of(window const& words) const noexcept;
    bool is_fresh_block(std::uintptr_t begin, std::size_t& size);
    void add_reference(node target, bool standard, std::ptrdiff_t offset,
                       run_of_words const& memory);
    bool is_noted(node target) const noexcept;
    void add_pointer(node target, std::ptrdiff_t offset, run_of_words const& memory);
    bool lies_in_handle(std::uintptr_t place, node first_handle) const noexcept;
    cause cause_of(node target, via how, std::ptrdiff_t offset, std::uint32_t block) const noexcept;

    graph& graph_;
    starts& starts_;

    // The source that is being read.
    std::uint32_t source_ = 0;
    node owner_ = no_node;
    registration_entry const* registration_ = nullptr;
    bool unknown_ = false;
};

}  // namespace handrail::leak_check
