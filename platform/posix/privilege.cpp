// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

bool is_privileged() noexcept { return ::getuid() != ::geteuid() || ::getgid() != ::getegid(); }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
