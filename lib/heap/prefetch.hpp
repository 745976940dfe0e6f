// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How far ahead the loops of a pass ask for memory.

#pragma once

#include <cstdint>

namespace handrail::detail {

// Objects between the one at hand and the one that is being fetched into the cache.
inline constexpr std::uint32_t prefetch_distance = 8;

}  // namespace handrail::detail
