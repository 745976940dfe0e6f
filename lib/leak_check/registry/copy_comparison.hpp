// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the copies of a payload's parts tell of libstdc++'s references. Its shared_ptr and weak_ptr
// have one layout, but a copied std::shared_ptr has raised the one count of the control block, a
// copied std::weak_ptr the other.
//
//  1. A part and its copy are read side by side. Where both have the same word, it leads to what
//     they share, a control block perhaps. Where the words differ and both begin heap blocks, each
//     has a block of its own, and these are read side by side, too. So a copy also tells what
//     belongs to the payload.
//  2. The counts are read while all copies exist and when they have ended. Other threads may change
//     them meanwhile: what is told is believed only if they fell by as many as the copies have
//     words that lead there.
//  3. The program runs: what a word leads to may be freed by another thread at any time, if the
//     word is a plain pointer. So nothing is dereferenced but part and copy; the port reads the
//     rest.
//
// Whether a block is a control block is asked later, in the frozen copy.
//
// Thread safety: all functions may be called by any thread.

#pragma once

#include "lib/track/registration.hpp"

namespace handrail::leak_check {

// Effects: notes what the part and its copy share, and reads all counts anew. Requires: both are
//   alive, and the copies of which was told before; the caller is the only one who knows of them.
void compare_copy(detail::extent part, void const* copy,
                  detail::track::copy_comparison& found) noexcept;

// Effects: keeps those whose counts fell as they should, with how far. Requires: the copies have
//   ended.
void confirm_references(detail::track::copy_comparison& found) noexcept;

}  // namespace handrail::leak_check
