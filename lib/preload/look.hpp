// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The program asks the tool to look at it, and waits for the answer. The tool stops the process
// meanwhile, from outside, and reads its memory.
//
// All are async-signal-safe, keep errno, and do nothing outside the program or without a tool.

#pragma once

#include "lib/preload/layout.hpp"
#include "lib/preload/settings.hpp"

namespace handrail::preload {

// Requires: in the constructor, before the program has threads.
void connect_to_tool(settings const&) noexcept;

// The first of all calls asks, others return at once: after main has returned, exit functions have
// nothing to add. signal: its number if that is the reason.
void look_at_end(look_reason, int signal = 0) noexcept;

// One for each reason.
void look_once(look_reason) noexcept;

// Numbers are given from the lowest one: with this number, number + 1 descriptors are open.
void look_if_limit_reached(int number) noexcept;

}  // namespace handrail::preload
