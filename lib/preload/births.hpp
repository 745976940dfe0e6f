// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The table of births: which call made the descriptor of each number, when, and from where.
//
// All are async-signal-safe, keep errno, and do nothing outside the program (in_program()). The
// table is memory of its own, in segments that are made when a number of theirs is first used.
//
// Not seen: descriptors that fclose, closedir, pclose and raw system calls close. The record stays
// until the number is used again; a reader compares it with what is open.

#pragma once

#include "lib/preload/layout.hpp"
#include "lib/preload/look.hpp"

#include <cerrno>
#include <cstdio>

namespace handrail::preload {

// Records only: for calls that say themselves which number they want, or that make several.
void record(call by, int number) noexcept;

// To be called before the descriptor is closed: afterwards another thread may have got the number.
void forget(int number) noexcept;
void forget_range(unsigned first, unsigned last) noexcept;

// Records a birth, if number is one. Looks if the call failed for lack of descriptors, or if this
// one reaches the limit (look.hpp). Inline, as each frame of ours costs time to unwind.
// Returns: number.
inline int born(call by, int number) noexcept {
    record(by, number);
    if (number >= 0) {
        look_if_limit_reached(number);
    } else if (errno == EMFILE) {
        look_once(look_reason::emfile);
    }
    return number;
}

inline std::FILE* born(call by, std::FILE* made) noexcept {
    born(by, made != nullptr ? ::fileno(made) : -1);
    return made;
}

}  // namespace handrail::preload
