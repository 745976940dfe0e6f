// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// pass_lock: the right to decide about garbage. One pass decides at a time in the process,
// whichever heap it works on. While a pass_lock exists, the memory of tracked objects that end is
// kept in limbo (limbo.hpp), so that the pass may read the header of every object that it has
// listed or reached through an edge.
//
// Lock order: the pass, the list of heaps, the runners of heaps, shards in their order, limbo.
// Containers of edges are only tried. The only user code under any of them: the iterators of
// containers, under the shard's and the container's lock, and the program's operator new and
// operator delete. Objects of limbo are freed after the unlock.

#pragma once

namespace handrail::detail {

class pass_lock {
public:
    // Blocks while another pass decides.
    pass_lock() noexcept;
    pass_lock(pass_lock const&) = delete;
    pass_lock& operator=(pass_lock const&) = delete;
    // Effects: another pass may decide; then frees the memory in limbo.
    ~pass_lock();
};

// Returns: whether a pass_lock can be made; false if this thread has one.
bool can_begin_pass() noexcept;

// For the fork handlers: no pass decides in between.
void lock_passes() noexcept;
void unlock_passes() noexcept;

}  // namespace handrail::detail
