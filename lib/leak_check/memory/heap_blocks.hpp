// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where blocks of the program's heap begin and end: from the block map, if the program has it, or
// from AddressSanitizer, or not at all.
//
// Thread safety: known_from(), sees_operator_new() and size_of() may be asked at any time. The
//   answers are right while no
// other thread allocates: in a frozen copy.

#pragma once

#include <cstddef>
#include <cstdint>

namespace handrail::leak_check::heap_blocks {

enum class source { none, block_map, address_sanitizer };

source known_from() noexcept;

// Returns: whether each form of operator new was seen when one block of each was allocated just
//   now. Another one, the program's own or an allocator's, may come before that of the block map,
//   and hand out blocks that nobody knows of. Calls the program's operator new: hold no lock.
bool sees_operator_new() noexcept;

// Returns: the size of the live block that begins there, perhaps rounded up to 16; 0 if none does.
std::size_t size_of(std::uintptr_t begin) noexcept;
// Returns: the beginning of the live block that place lies in; 0 if none is known.
std::uintptr_t around(std::uintptr_t place) noexcept;

// Effects: calls fn(argument, begin, size) for each live block. Only the block map can list them.
void for_each(void (*fn)(void* argument, void const* begin, std::size_t size),
              void* argument) noexcept;

// Effects: copies count words from memory that other threads may have written a moment ago, or that
// a sanitizer has marked as not to be touched.
void read_words(std::uintptr_t from, std::uintptr_t* to, std::size_t count) noexcept;
std::uintptr_t read_word(std::uintptr_t from) noexcept;

}  // namespace handrail::leak_check::heap_blocks
