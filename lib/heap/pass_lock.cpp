// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/pass_lock.hpp"

#include "lib/base/mutex.hpp"
#include "lib/heap/limbo.hpp"

namespace handrail::detail {

namespace {

constinit mutex pass_mutex;

}  // namespace

// The analysis is off here: one function takes the lock and another releases it. Functions for
// which it must be held take the pass_lock as a parameter.
pass_lock::pass_lock() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    pass_mutex.lock();
    open_limbo();
}

pass_lock::~pass_lock() HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    tracked_object* const waiting = close_limbo();
    pass_mutex.unlock();
    free_limbo(waiting);
}

bool can_begin_pass() noexcept { return is_soon_free(pass_mutex); }

void lock_passes() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { pass_mutex.lock(); }
void unlock_passes() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS { pass_mutex.unlock(); }

}  // namespace handrail::detail
