// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A running process as a target.
//
//     std::unique_ptr<target> const program = stop_process(4711);
//
// The process is stopped only while its writable memory is copied; the check works on the copy.
// What lies below the stack pointers, and pages that were never used, are not copied.

#pragma once

#include "lib/inspect/target/target.hpp"

#include <memory>

#include <sys/types.h>

namespace handrail::inspect {

// Throws: target_error.
std::unique_ptr<target> stop_process(pid_t process);

}  // namespace handrail::inspect
