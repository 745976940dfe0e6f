// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The observer that the leak check installs: it records in the registry what the library notifies
// it of (lib/track).
//
// Thread safety: all functions may be called by any thread.

#pragma once

#include <chrono>

namespace handrail::leak_check {

// Effects: the library notifies the registry from now on. May be called again.
void install_observer() noexcept;

inline constexpr unsigned default_frames = 8;
inline constexpr unsigned max_frames = 64;

// Effects: up to this many return addresses are recorded of each handle opened from now on; at most
//   max_frames.
void set_frame_count(unsigned wanted) noexcept;
// Effects: cleanups that take longer from now on are slow (HR030); 0: none is.
void set_slow_limit(std::chrono::nanoseconds limit) noexcept;

}  // namespace handrail::leak_check
