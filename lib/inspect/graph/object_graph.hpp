// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What refers to what in an inspected program: the nodes are heap blocks and variables in static
// storage; the references are words in them that point into a node.
//
//     object_graph graph = read_graph(*program, heap, info);
//     recognition look(*program, info, graph);
//     recognise(look);                // recognise/recogniser.hpp: what the nodes and words are
//     ownership const owners(look);   // ownership/ownership.hpp: who is kept by whom
//
//  1. Nodes of heap blocks come first, in the order of heap_blocks; then those of variables, by
//     address. A variable has a node if it refers to a heap block, or may have an open descriptor's
//     number.
//  2. The references of a node are adjacent, sorted by offset. They lead to heap blocks only: a
//     variable needs nothing that keeps it alive.
//  3. A node's kind is set once: the first recogniser that knows it wins.
//  4. A reference of unknown strength may keep its target alive. Only a recogniser makes one weak.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/heap/heap_blocks.hpp"
#include "lib/inspect/types/debug_info.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace handrail::inspect {

using node_id = std::uint32_t;
inline constexpr node_id no_node = 0xffffffff;

enum class node_kind : std::uint8_t {
    unknown,
    object,          // of a class, known by its vtable, its control block or a typed reference
    control_block,   // of std::shared_ptr or boost::shared_ptr, with or without the object in it
    functor,         // what a std::function holds
    operation,       // a pending asynchronous operation of Asio
    coroutine,       // a coroutine's frame
    container_node,  // of a list, a map, a set, an unordered container
    elements,        // an array of elements: a vector's, a deque's
    stream,          // a FILE
    service,         // of Asio: what the io_context itself uses
    variable,        // in static storage
};

// The kinds of a reference that matter for who keeps whom alive.
enum class strength : std::uint8_t {
    unknown,  // a word that points there
    strong,   // keeps its target alive
    weak,     // keeps nothing alive: weak_ptr, links of timer queues and service lists
    raw,      // a typed plain pointer: does not own, as far as the type says
};

struct node {
    address begin = 0;
    std::uint64_t size = 0;
    node_kind kind = node_kind::unknown;
    std::uint32_t object_offset = 0;  // where `object_type` begins in the block
    type object_type{};               // empty: not known
    std::string_view name{};          // of the type or variable; empty: not known. Of the graph

    address end() const noexcept { return begin + size; }
};

// The word at from + offset points to to + target_offset.
struct reference {
    node_id from = no_node;
    node_id to = no_node;
    std::uint32_t offset = 0;
    std::uint32_t target_offset = 0;
    inspect::strength strength = strength::unknown;
};

enum class root_kind : std::uint8_t {
    static_storage,
    thread_local_storage,
    stack,    // or registers
    mapping,  // memory that the program mapped itself
    kernel,   // data attached to a descriptor in an epoll instance
    pending,  // an operation that can complete: its timer will expire, its io_context runs
};

struct root {
    root_kind kind = root_kind::static_storage;
    address at = 0;        // where the word is; 0: not in memory
    node_id to = no_node;  // never no_node in a graph
    std::uint32_t target_offset = 0;
    pid_t thread = 0;  // of a stack or thread-local storage
};

class object_graph {
public:
    // Requires: nodes and references are in the order of the rules; heap outlives *this, and its
    //   blocks are the first nodes.
    object_graph(heap_blocks const& heap, std::vector<node> nodes,
                 std::vector<reference> references, std::vector<root> roots);
    object_graph(object_graph&&) = default;
    object_graph& operator=(object_graph&&) = default;

    std::vector<node> nodes;
    std::vector<reference> references;
    std::vector<root> roots;

    // Returns: the references of a node.
    std::span<reference> of(node_id from);
    std::span<reference const> of(node_id from) const;

    // Returns: the reference whose word is there; null if there is none.
    reference* reference_at(address word);
    reference* reference_at(node_id from, std::uint32_t offset);

    // Returns: the node around the address.
    node_id node_around(address at) const noexcept;
    // Returns: the heap block that begins at the address.
    node_id block_at(address begin) const noexcept;

    std::uint32_t heap_count() const noexcept { return heap_count_; }

    // Returns: the text, for as long as the graph lives. Equal texts are stored once.
    std::string_view keep(std::string_view text);

private:
    heap_blocks const* heap_;
    std::uint32_t heap_count_;
    std::vector<std::uint32_t> first_;  // of each node's references
    std::unordered_set<std::string> texts_;
};

// The bits of a word that make an address on x86-64; some programs keep tags in the others.
inline constexpr std::uint64_t address_bits = 0xffff'ffff'ffff;

// Returns: the nodes with the words in them that point to heap blocks, and the roots. heap outlives
//   the graph.
object_graph read_graph(target const& program, heap_blocks const& heap, debug_info const& info);

}  // namespace handrail::inspect
