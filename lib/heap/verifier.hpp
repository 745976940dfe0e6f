// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The second opinion: after the commit it looks at the heap anew and asks whether the garbage is
// garbage. Off, but in tests (handrail/testing.hpp).

#pragma once

#include "lib/heap/snapshot.hpp"

namespace handrail::detail {

void set_verifying(bool on) noexcept;

// Effects: when verifying, aborts and prints the path if something outside of the garbage reaches
//   it: an edge of any object of the heap that is alive, or a count that no edge of the garbage
//   accounts for. Requires: the garbage is committed, and still in its heap.
// Allocates; without memory nothing is verified, and a line says so.
void verify(pass_lock const& pass, snapshot& marked) noexcept;

}  // namespace handrail::detail
