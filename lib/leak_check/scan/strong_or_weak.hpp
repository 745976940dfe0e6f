// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::shared_ptr or std::weak_ptr? Both have one layout. What can be told, by object:
//
//  1. Without weak references to it, all are strong.
//  2. The first reference in the object itself is the weak one of std::enable_shared_from_this.
//  3. References in a cleanup are what the copy of its payload has told (copies.hpp).
//  4. What one source has more of than there are weak references left is strong, and what all
//     together have more of than there are strong ones left is stale.
//
// The others are passed over.
//
// Requires: a world that stands still. Thread safety: none.

#pragma once

#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/scan/scanner.hpp"

#include <span>

namespace handrail::leak_check {

// Effects: drops the references that are, or may be, weak. Requires: those of one source stand
//   together.
void drop_weak(scratch& memory, graph const& g, std::span<scanned_reference> met);

}  // namespace handrail::leak_check
