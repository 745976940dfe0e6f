// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Compares a payload with its copies, to learn which references of libstdc++ it holds. shared_ptr
// and weak_ptr have the same layout. But a copy of a std::shared_ptr increments the use count of
// the control block, and a copy of a std::weak_ptr its weak count.
//
//  1. A part of the payload and its copy are read word by word. A word that both have refers to
//     something that they share: perhaps a control block. Where the words differ and both are
//     beginnings of heap blocks, payload and copy own a block each, and these two are compared in
//     the same way. So the comparison also finds blocks that the payload owns.
//  2. The counts are read while all copies exist, and again when they are destroyed. Other threads
//     may change them meanwhile: a result counts only if the counts fell by as many as the copies
//     have words that refer to the block.
//  3. The program runs: another thread may free a block at any time if the word is a plain pointer.
//     So nothing is dereferenced but part and copy; the port reads the rest.
//
// Whether a shared block is a control block is decided later, in the frozen copy.
//
// Thread safety: all functions may be called by any thread.

#pragma once

#include "lib/track/probe_result.hpp"

namespace handrail::leak_check {

// Effects: records the blocks that the part and its copy share, and reads all counts again.
// Requires: both exist, and so do the copies of the calls before; no other thread uses them.
void compare_copy(detail::extent part, void const* copy,
                  detail::track::compared_blocks& found) noexcept;

// Effects: keeps the shared blocks whose counts fell as described, with the differences. Requires:
//   the copies are destroyed.
void confirm_references(detail::track::compared_blocks& found) noexcept;

}  // namespace handrail::leak_check
