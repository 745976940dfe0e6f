// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the copy of a payload tells of libstdc++'s references. Its shared_ptr and weak_ptr have one
// layout, but a copied std::shared_ptr has raised the one count of the control block, a copied
// std::weak_ptr the other.
//
//  1. Payload and copy are read side by side. Where both have the same word, it leads to what they
//     share, a control block perhaps. Where the words differ and both begin heap blocks, each has a
//     block of its own, and these are read side by side, too. So the copy also tells what belongs to
//     the payload.
//  2. The counts are read while the copy exists and when it has ended. Other threads may change them
//     meanwhile: what is told is believed only if they fell by as many as the copy has words that
//     lead there.
//  3. The program runs: what a word leads to may be freed by another thread at any time, if the word
//     is a plain pointer. So nothing is dereferenced but payload and copy; the port reads the rest.
//
// Whether a block is a control block is asked later, in the frozen copy.
//
// Thread safety: all functions may be called by any thread.

#pragma once

#include "lib/track/hooks.hpp"

namespace handrail::leak_check {

// Effects: notes what payload and copy share, with its counts. Requires: both are alive; the caller
//   is the only one who knows of them.
void compare_copy(detail::extent payload, void const* copy,
                  detail::track::copied_blocks& found) noexcept;

// Effects: keeps those whose counts fell as they should, with how far. Requires: the copy has ended.
void count_copied(detail::track::copied_blocks& found) noexcept;

}  // namespace handrail::leak_check
