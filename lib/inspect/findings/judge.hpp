// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What is decided about one open descriptor, or about a ring of objects without any.
//
//     for (verdict const& each : judge(look, owners, false)) …
//
// Thread safety: a pure function.

#pragma once

#include "lib/inspect/ownership/ownership.hpp"
#include "lib/leak_check/report/rules.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace handrail::inspect {

struct verdict {
    leak_check::rule const* rule = nullptr;
    bool proven = false;                   // decides the grade, where the rule has two
    descriptor const* what = nullptr;      // null: objects only
    node_id holder = no_node;              // has the descriptor's number
    std::uint32_t offset = 0;              // of the number in the holder
    std::optional<std::size_t> root{};     // where the path begins, as an index of roots
    std::vector<std::size_t> cycle{};      // references around the ring
    std::vector<std::size_t> to_holder{};  // references from the ring, or from the root
    std::uint32_t counted = 0;             // sum of the use counts in the ring
    std::uint32_t found = 0;               // references that were found to its objects
};

// all: also what a local variable or a pending operation keeps alive.
std::vector<verdict> judge(recognition const& look, ownership const& owners, bool all);

}  // namespace handrail::inspect
