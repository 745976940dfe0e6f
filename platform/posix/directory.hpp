// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Whether a file that open_file() has opened is a directory.

#pragma once

#include "platform/posix/system_call.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// Requires: h has just been opened for reading. Returns: whether it is a directory.
bool refers_to_directory(handle h) noexcept;

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
