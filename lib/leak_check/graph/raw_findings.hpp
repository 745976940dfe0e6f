// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Raw findings: what a check has found, as plain data. The graph is evaluated in a frozen copy of
// the program or in the program itself; findings travel from there to lib/leak_check/report, which
// alone makes sentences of them (wording.hpp).
//
//  1. Each struct is trivially copyable, so that a frozen copy writes its bytes into a pipe and the
//     program reads them back (scan/raw_findings_io.cpp).
//  2. A pointer in it is an address that the registry knows, or refers to retained text
//     (registry/retained_text.hpp). It means the same in the copy and in the program. Only types of
//     control blocks are text of a module, which the program may unload while the copy searches:
//     they travel with the findings.
//  3. An object or handle may end between the check and the wording, and another may appear at its
//     address. Its id tells them apart; ids are never reused.

#pragma once

#include "lib/leak_check/memory/scratch.hpp"
#include "lib/leak_check/registry/registry.hpp"

#include <handrail/leak_check.hpp>

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <type_traits>

namespace handrail::leak_check {

enum class node_kind : std::uint8_t {
    handle,      // an open handle
    managed,     // an object made by handrail::make
    shared_ptr,  // an object that std::shared_ptr manages
};

// A node of the graph.
struct raw_node {
    node_kind kind{};
    entry_id id = 0;  // 0: an object of std::shared_ptr, which the registry does not know
    void const* address = nullptr;
    char const* type = nullptr;  // of objects; mangled, for shared_ptr that of the control block
    entry_id handle = 0;         // the node itself, or the oldest handle in it; 0: none
    void const* handle_address = nullptr;
};

// A step of a cycle, which is an arc of the graph: from keeps to alive.
struct raw_step {
    raw_node from{}, to{};
    bool by_cleanup = false;  // the reference lies in a cleanup of from; else in from itself
    leak_check::reference reference{};
    leak_check::evidence evidence{};
    char const* type = nullptr;           // of the object referred to, mangled; null: not known
    std::source_location location{};      // where the cleanup was registered
    std::ptrdiff_t offset = -1;           // bytes, in the payload or in from; -1: elsewhere
    std::uint32_t untyped_blocks = 0;     // between offset and the reference
    std::ptrdiff_t offset_in_block = -1;  // of the reference, in the last of them
};

// A cycle: each of its steps begins at the node where the one before ends.
struct raw_cycle {
    bool certain = false;  // every step is a precise arc (graph.hpp), and none is an edge
    bool leaked_now = false;
    raw_node subject{};
    std::size_t references = 0;         // strong ones to the nodes of the component
    std::size_t references_inside = 0;  // of these, from within the component
    std::size_t count = 1;              // cycles of equal steps
    std::uint64_t key = 0;              // a hash of the steps
    std::size_t step_count = 0;
};

// A weak reference or pointer from a cleanup to its own resource, or to the object around that.
struct raw_back_reference {
    raw_node owner{};
    leak_check::reference reference{};  // weak or pointer
    bool to_owner = false;              // else to the object around it
    leak_check::evidence evidence{};
    char const* type = nullptr;         // of the object referred to, mangled; null: not known
    bool object_is_shared_ptr = false;  // type is that of a control block
    std::source_location location{};    // where the cleanup was registered
    std::ptrdiff_t offset = -1;         // bytes, in the payload; -1: elsewhere
};

struct raw_counts {
    std::size_t handles = 0;   // open
    std::size_t cleanups = 0;  // registered
    std::size_t opaque = 0;    // of the cleanups: those that could not be examined completely
    // Objects with a container of edges that was locked for writing, so that it was not read.
    std::size_t locked_objects = 0;
};

static_assert(std::is_trivially_copyable_v<raw_step> && std::is_trivially_copyable_v<raw_cycle> &&
              std::is_trivially_copyable_v<raw_back_reference> &&
              std::is_trivially_copyable_v<raw_counts>);

struct raw_findings {
    scratch_vector<raw_cycle> cycles;
    scratch_vector<raw_step> steps;  // those of the first cycle, then those of the second, …
    scratch_vector<raw_back_reference> back_references;
    raw_counts counts{};
    scratch_vector<char> types;  // of control blocks, if the findings come from a frozen copy

    explicit raw_findings(scratch& memory)
        : cycles(memory), steps(memory), back_references(memory), types(memory) {}
};

}  // namespace handrail::leak_check
