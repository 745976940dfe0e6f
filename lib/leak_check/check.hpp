// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the composition root needs of the leak check besides its public functions.

#pragma once

#include "lib/leak_check/registry/registry.hpp"

#include <handrail/leak_check.hpp>

namespace handrail::leak_check {

// Returns: the findings of what happened from this number on.
report look(number since, options const& what);

// Around fork(): the registry is whole and its lock free in the child.
void before_fork() noexcept;
void after_fork() noexcept;

}  // namespace handrail::leak_check
