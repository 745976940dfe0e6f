// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/core/default_runner.hpp"

#include "lib/base/mutex.hpp"
#include "lib/base/no_destroy.hpp"

#include <handrail/detail/track/switches.hpp>

#include <utility>

namespace handrail::detail {

namespace {

// Held for as long as it takes to copy or exchange the runner: by set_default_runner(), and by the
// creation of owners while a default runner is set.
constinit mutex default_runner_mutex;
constinit no_destroy<runner> default_runner HANDRAIL_GUARDED_BY(default_runner_mutex);

// Returns: the default runner before; the caller drops it, which may call user code, without the
//   lock.
runner exchange_default_runner(runner next) noexcept {
    lock_guard hold(default_runner_mutex);
    if (next) {
        switches.fetch_or(switch_default_runner, std::memory_order_relaxed);
    } else {
        switches.fetch_and(~switch_default_runner, std::memory_order_relaxed);
    }
    return std::exchange(*default_runner, std::move(next));
}

}  // namespace

runner current_default_runner() noexcept {
    lock_guard hold(default_runner_mutex);
    return *default_runner;
}

// The analysis is off here: one function takes the lock and another releases it.
void lock_default_runner() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    default_runner_mutex.lock();
}
void unlock_default_runner() noexcept HANDRAIL_NO_THREAD_SAFETY_ANALYSIS {
    default_runner_mutex.unlock();
}

void forget_default_runner() noexcept {
    switches.fetch_and(~switch_default_runner, std::memory_order_relaxed);
}

}  // namespace handrail::detail

namespace handrail {

void set_default_runner(runner target) {
    static_cast<void>(detail::exchange_default_runner(std::move(target)));
}

}  // namespace handrail
