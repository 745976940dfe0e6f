// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Limbo holds the memory of tracked objects that end while a pass decides. It is freed when the
// pass is over.
//
// So a pass may read the header of every tracked object that it has listed or reached through an
// edge. Why no header is freed too early: the pass raises a flag before it reads the first edge.
// Whoever removes an edge changes the edge's word first; only then can the target end and test the
// flag. The four accesses are: the pass raises the flag; the pass reads the edge; a thread changes
// the edge; the thread that ends the target tests the flag. They are seq_cst, or ordered by a lock:
// that of the container, or that of the shard which the edge's owner left before its edges ended.
// So either the pass does not see the edge, or the target sees the flag.
//
// Thread safety: all functions may be called by any thread, but for those that require the pass.

#pragma once

#include <handrail/detail/heap/tracked_object.hpp>

namespace handrail::detail {

// Effects: raises the flag. Requires: called by the constructor of pass_lock.
void open_limbo() noexcept;
// Effects: lowers the flag. Returns: the objects that came in, linked, for free_limbo(). Requires:
//   called by the destructor of pass_lock.
tracked_object* close_limbo() noexcept;
void free_limbo(tracked_object* first) noexcept;

// Returns: whether the flag is up: a pass decides.
bool limbo_is_open() noexcept;

// Returns: false when limbo is closed; then the caller frees the memory.
bool put_in_limbo(tracked_object& ended) noexcept;

// For the fork handlers.
void lock_limbo() noexcept;
void unlock_limbo() noexcept;

}  // namespace handrail::detail
