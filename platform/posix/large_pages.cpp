// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

void prefer_large_pages(void*, std::size_t) noexcept {}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
