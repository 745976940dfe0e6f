// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where blocks of the program's heap begin and end. The provider of that knowledge is the block map
// if the program has one, AddressSanitizer if it is built with that; otherwise there is none.
//
// Thread safety: provider_in_use(), covers_operator_new() and size_of() may be called at any time.
//   Answers about blocks are exact while no other thread allocates: in a frozen copy. size_of() and
//   around() take sanitizer_mutex.

#pragma once

#include "lib/base/mutex.hpp"

#include <cstddef>
#include <cstdint>

namespace handrail::leak_check::heap_blocks {

enum class provider { none, block_map, address_sanitizer };

// A question to AddressSanitizer takes locks of the sanitizer, and this mutex while it does. Who
// copies the process holds it, too: locks of the sanitizer that another thread holds would stay
// locked in the copy for ever. No other lock is taken while it is held.
extern constinit detail::mutex sanitizer_mutex;

provider provider_in_use() noexcept;

// Returns: whether the provider knows the blocks of every form of operator new. False where the
//   operator new of the program or of an allocator replaces that of the block map.
// Effects: allocates and frees a block of each form. Requires: no lock is held, since this calls
//   the program's operator new.
bool covers_operator_new() noexcept;

// Returns: the size in bytes of the live block that begins there, perhaps rounded up to a multiple
//   of 16; 0 if none does.
std::size_t size_of(std::uintptr_t begin) noexcept;
// Returns: the beginning of the live block that contains the address; 0 if none is known.
std::uintptr_t around(std::uintptr_t address) noexcept;

// Effects: calls fn(argument, begin, size) for each live block, if the provider is the block map;
//   AddressSanitizer cannot list its blocks.
void for_each(void (*fn)(void* argument, void const* begin, std::size_t size),
              void* argument) noexcept;

// Effects: copies count words. The memory may have been written by other threads just now, or be
//   poisoned by AddressSanitizer: the copy is not instrumented.
void read_words(std::uintptr_t from, std::uintptr_t* to, std::size_t count) noexcept;
std::uintptr_t read_word(std::uintptr_t from) noexcept;

}  // namespace handrail::leak_check::heap_blocks
