// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a descriptor refers to, as far as POSIX reports it.

#include "platform/posix/system_call.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

std::string handle_name(handle) { return {}; }
std::string mapping_name(void const*) { return {}; }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
