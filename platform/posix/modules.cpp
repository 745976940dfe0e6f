// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

std::size_t module_segments(segment*, std::size_t) noexcept { return 0; }

module_place module_of(void const*) { return {}; }

void keep_loaded(void const*) noexcept {}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
