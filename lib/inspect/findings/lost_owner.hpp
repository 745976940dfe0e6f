// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Who leads to a lost object.
//
// Thread safety: a pure function.

#pragma once

#include "lib/inspect/ownership/ownership.hpp"

#include <optional>

namespace handrail::inspect {

// Returns: a ring from which references lead to the node that own it or may do so, plain pointers
//   included: of a FILE or a node of a C library, a plain pointer is the owner.
std::optional<kept_by_ring> ring_that_leads_to(recognition const& look, ownership const& owners,
                                               node_id at);

}  // namespace handrail::inspect
