// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where the memory of nodes waits that end while a pass decides; registry.hpp, rule 3.

#pragma once

#include <handrail/detail/heap/tracked_object.hpp>

namespace handrail::detail {

// Requires: the pass.
void open_limbo() noexcept;
// Returns: what came in, linked.
tracked_object* close_limbo() noexcept;
void free_limbo(tracked_object* first) noexcept;

bool pass_is_active() noexcept;

// Returns: false when no pass is active any more: the caller frees the memory.
bool put_in_limbo(tracked_object& ended) noexcept;

void lock_limbo() noexcept;
void unlock_limbo() noexcept;

}  // namespace handrail::detail
