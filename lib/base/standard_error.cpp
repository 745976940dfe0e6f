// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/base/standard_error.hpp>

#include <atomic>

namespace handrail::detail {

namespace {

// relaxed, everywhere: a message that is written while a guard takes the stream over may come
// before or after.
constinit std::atomic<bool> was_closed{false};
constinit std::atomic<bool> is_guarded{false};

}  // namespace

bool may_write_to_standard_error() noexcept {
    return !was_closed.load(std::memory_order_relaxed) &&
           !is_guarded.load(std::memory_order_relaxed);
}

void mark_standard_error_closed() noexcept { was_closed.store(true, std::memory_order_relaxed); }

void set_standard_error_guarded(bool guarded) noexcept {
    is_guarded.store(guarded, std::memory_order_relaxed);
}

}  // namespace handrail::detail
