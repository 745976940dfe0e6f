// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The life of a batch after its owner's end. See batch.hpp.

#pragma once

#include <handrail/detail/core/batch.hpp>

namespace handrail::detail {

// Effects: sends an ended owner's batch to its runner, or runs it here. Calls user code.
void end_batch(batch* ended) noexcept;

// Effects: frees a batch without records that was never sent, its reserved close and its runner's
//   reference.
void free_batch(batch* unused) noexcept;

// Returns: the default runner with a reference for the caller; null when there is none.
runner_state* acquire_default_runner() noexcept;

// For fork: while locked no thread is at work on the default runner.
void lock_default_runner() noexcept;
void unlock_default_runner() noexcept;

}  // namespace handrail::detail
