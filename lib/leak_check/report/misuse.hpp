// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Findings about a single handle or cleanup: those of events, and those of a handle's state.
//
// Thread safety: pure functions.

#pragma once

#include "lib/leak_check/registry/events.hpp"

#include <handrail/leak_check.hpp>

namespace handrail::leak_check {

// Returns: HR010, HR011, HR003, HR005, HR030 or HR031, by the type of the event's facts.
finding finding_of_event(event const& what);

// Returns: HR012: the descriptor is not what its guard opened. is_open: something else is.
finding replaced(handle_facts const& handle, bool is_open);

// Returns: HR020.
finding still_open(handle_facts const& handle);

}  // namespace handrail::leak_check
