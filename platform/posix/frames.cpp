// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// Where frame records lie, and where a stack ends, depends on processor and system.
std::size_t capture_frames(void const**, std::size_t) noexcept { return 0; }

segment own_stack() noexcept { return {}; }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
