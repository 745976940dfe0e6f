// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Whether this code runs in the program that is checked, or in a child that it forked: a child is
// another program, of which nothing is recorded.
//
// All are async-signal-safe and keep errno.

#pragma once

#include "lib/preload/layout.hpp"

// Exported, so that a debugger finds it as well.
extern "C" [[gnu::visibility("default")]] handrail::preload::preload_info handrail_preload_info;

namespace handrail::preload {

// False in children, those of vfork(2) included; in children of clone(CLONE_VM | CLONE_VFORK) it is
// wrong.
bool in_program() noexcept;

// Makes the calling process the program: at start, and in a forked child that is to be followed.
void become_program() noexcept;

std::uint32_t thread_id() noexcept;

}  // namespace handrail::preload
