// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The table that the track layer calls, and how much it keeps of each handle.

#pragma once

#include "lib/track/hooks.hpp"

#include <chrono>

namespace handrail::leak_check {

extern detail::track::hooks const hook_table;

inline constexpr unsigned default_frames = 8;
inline constexpr unsigned most_frames = 64;

// Effects: handles opened from now on keep so many return addresses.
void keep_frames(unsigned wanted) noexcept;
// Effects: cleanups that take longer from now on are HR030; 0: none.
void tell_slow_cleanups(std::chrono::nanoseconds limit) noexcept;

}  // namespace handrail::leak_check
