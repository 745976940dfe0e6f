// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// Layout of frame records and bounds of stacks depend on processor and system.
std::size_t capture_frames(void const**, std::size_t) noexcept { return 0; }

segment own_stack() noexcept { return {}; }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
