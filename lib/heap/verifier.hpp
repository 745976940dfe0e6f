// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The verifier: after the commits of a pass it reads the whole heap again and checks that the
// garbage is garbage. It is off except in tests (handrail/testing.hpp).

#pragma once

#include "lib/heap/snapshot.hpp"

namespace handrail::detail {

void set_verifying(bool on) noexcept;

// Effects: does nothing unless verifying. Aborts, with a message on stderr, if a live object of the
//   heap has an edge to garbage, or if garbage has strong references that are not edges of garbage.
//   Blocks threads that make or end tracked objects while it checks their shard. Without memory
//   nothing is verified, and a message says so.
// Requires: the garbage is committed, and not yet removed from its shards.
void verify(pass_lock const& pass, snapshot& marked) noexcept;

}  // namespace handrail::detail
