// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/core/fork.hpp"

#include "lib/core/default_runner.hpp"
#include "lib/core/drain.hpp"
#include "lib/core/generations.hpp"
#include "lib/core/thread_list.hpp"

namespace handrail::detail {

namespace {

void unlock_all() noexcept HANDRAIL_RELEASE(all_threads->mutex) {
    unlock_late_records();
    all_threads->mutex.unlock();
    unlock_default_runner();
}

}  // namespace

// The analysis is off here: one function takes the locks and another releases them.
void before_fork() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    lock_default_runner();
    all_threads->mutex.lock();
    lock_late_records();
}

void after_fork_in_parent() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { unlock_all(); }

void after_fork_in_child() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    forget_other_threads();
    forget_batches_and_waiters();
    forget_default_runner();
    begin_generation();
    unlock_all();
}

}  // namespace handrail::detail
