// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The table that the track layer calls, and the findings of misuse it leads to.

#pragma once

#include "lib/track/hooks.hpp"

namespace handrail::leak_check {

extern detail::track::hooks const hook_table;

}  // namespace handrail::leak_check
