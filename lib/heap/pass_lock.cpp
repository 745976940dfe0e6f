// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/pass_lock.hpp"

#include "lib/heap/limbo.hpp"

#include <mutex>

namespace handrail::detail {

namespace {

constinit std::mutex pass_mutex;

}  // namespace

pass_lock::pass_lock() noexcept {
    pass_mutex.lock();
    open_limbo();
}

pass_lock::~pass_lock() {
    tracked_object* const waiting = close_limbo();
    pass_mutex.unlock();
    free_limbo(waiting);
}

void lock_passes() noexcept { pass_mutex.lock(); }
void unlock_passes() noexcept { pass_mutex.unlock(); }

}  // namespace handrail::detail
