// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The arenas of glibc's malloc and the memory that they have: the main arena, in libc's data, grows
// by brk(2), or by mapping memory where that fails; each other one has heaps of at most 64 MB,
// which begin at multiples of 64 MB, and is itself in the first of them.
//
// An arena is recognised by its bins, which are lists through the arena itself.

#pragma once

#include "lib/inspect/memory/memory.hpp"

#include <vector>

namespace handrail::inspect {

// struct malloc_state: a lock and flags, fast bins until glibc 2.42, the top chunk, bins, the next
// arena.
struct arena {
    address at = 0;
    bool has_fast_bins = true;

    bool is_contiguous(memory const& in) const { return (in.word(at) >> 32 & 2) == 0; }
    address fast_bin(unsigned index) const noexcept { return at + 16 + index * 8; }
    address top(memory const& in) const { return in.word(behind_fast_bins()); }
    // As a chunk, whose links are those of the list.
    address bin(unsigned index) const noexcept { return behind_fast_bins() + index * 16; }
    address next(memory const& in) const { return in.word(behind_fast_bins() + 2064); }
    address end() const noexcept { return behind_fast_bins() + 2104; }

    static constexpr unsigned fast_bins = 10;
    static constexpr unsigned bins = 127;

private:
    address behind_fast_bins() const noexcept { return at + (has_fast_bins ? 96 : 8); }
};

// Memory of an arena with a chain of chunks in it.
struct arena_part {
    arena of{};
    extent reserved{};  // which belongs to the arena
    extent chunks{};
};

// Returns: the arenas of all copies of libc in the program.
std::vector<arena> find_main_arenas(memory const& in);

// Returns: what lies in the heaps of other arenas.
std::vector<arena_part> find_heaps(memory const& in);

// Returns: the parts of main arenas.
std::vector<arena_part> find_main_parts(memory const& in, std::vector<arena> const& main);

// Whether malloc can have got this memory: private, writable, of no file.
bool is_anonymous(region const& each);

}  // namespace handrail::inspect
