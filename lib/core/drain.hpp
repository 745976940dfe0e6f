// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What drain() waits for: threads that run cleanups (thread_state.hpp), and batches on their way.
//
// Thread safety: any thread may call any function but forget_batches_and_waiters().

#pragma once

#include "lib/core/thread_list.hpp"

namespace handrail::detail {

// Effects: marks the calling thread idle and wakes drain().
void become_idle(thread_state& state) noexcept;

// Counts the batches that are queued or running on a runner.
void batch_queued() noexcept;
void batch_finished() noexcept;

// Effects: batches and callers of drain() were the parent's. Requires: a child with one thread.
void forget_batches_and_waiters() noexcept HANDRAIL_REQUIRES(all_threads->mutex);

}  // namespace handrail::detail
