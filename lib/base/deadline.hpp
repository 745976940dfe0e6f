// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#pragma once

#include <chrono>

namespace handrail::detail {

// Returns: the time when the timeout is over; of a timeout that is longer than the clock can tell,
//   such as nanoseconds::max(), the last time there is.
inline std::chrono::steady_clock::time_point deadline_after(
    std::chrono::nanoseconds timeout) noexcept {
    using time_point = std::chrono::steady_clock::time_point;
    auto const now = std::chrono::steady_clock::now();
    return timeout < time_point::max() - now ? now + timeout : time_point::max();
}

}  // namespace handrail::detail
