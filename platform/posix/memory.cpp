// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

bool read_memory(void const*, void*, std::size_t) noexcept { return false; }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
