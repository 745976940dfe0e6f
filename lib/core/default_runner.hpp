// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The runner of owners for which none was set.
//
// Thread safety: any thread may call any function but the three for fork.

#pragma once

#include <handrail/runner.hpp>

namespace handrail::detail {

// Returns: the default runner; an empty one when there is none.
runner current_default_runner() noexcept;

// For fork: no other thread uses the default runner between these two.
void lock_default_runner() noexcept;
void unlock_default_runner() noexcept;
// Effects: in a forked child, between these two: there is no default runner. The parent's is kept,
//   unused, until the child sets one, because to destroy it may call user code.
void forget_default_runner() noexcept;

}  // namespace handrail::detail
