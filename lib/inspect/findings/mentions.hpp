// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Numbers of descriptors that stand somewhere where they may be in use.
//
// An int that nothing identifies may be a descriptor's number or anything else. It counts as a
// mention in memory that the program can reach: in heap blocks, static storage of its own modules,
// and stacks. It does not count where its type says that it is no int.
//
// Thread safety: none: reads debug information.

#pragma once

#include "lib/inspect/ownership/ownership.hpp"

#include <unordered_set>

namespace handrail::inspect {

// Returns: those of `numbers` that are mentioned.
std::unordered_set<int> mentioned(std::unordered_set<int> const& numbers, recognition const& look,
                                  ownership const& owners);

}  // namespace handrail::inspect
