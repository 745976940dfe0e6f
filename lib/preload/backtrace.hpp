// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The call stack of the calling thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace handrail::preload {

// Effects: writes return addresses, innermost first, without those in this library.
// Returns: how many. Async-signal-safe.
std::size_t backtrace(std::span<std::uint64_t> to) noexcept;

}  // namespace handrail::preload
