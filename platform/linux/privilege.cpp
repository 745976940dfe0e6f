// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

#include <sys/auxv.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// getauxval(3): AT_SECURE, which the kernel sets at exec, covers file capabilities and security
// modules, too.
bool is_privileged() noexcept { return ::getauxval(AT_SECURE) != 0; }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
