// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The block map: which memory operator new has given out. A library of its own, linked or preloaded,
// for programs that are checked at level full:
//
//     LD_PRELOAD=libhandrail_block_map.so HANDRAIL_DEBUG=leakcheck=2 ./server
//
// One byte stands for 16 bytes of memory, in regions of 64 MiB that are mapped when first needed:
//   0          no block begins here
//   1 … 126    a block of so many granules begins here
//   127        a longer block begins here; the next six bytes hold its length, seven bits each
//   128 … 255  such a digit
//
// So a block is noted and forgotten by plain stores, without a read-modify-write that threads would
// contend for, and its bounds are known exactly but for the granule. Blocks that do not begin at a
// granule are not noted.
//
// Thread safety: note and forget by any thread, for blocks that are its own. The other functions
// are right for blocks that nobody notes or forgets meanwhile: call them where the world is stopped.

#pragma once

#include <cstddef>

namespace handrail::block_map {

inline constexpr std::size_t granule = 16;

// Effects: block is live from now on. Out of memory for its region: it is not noted.
void note(void* block, std::size_t size) noexcept;
// Effects: block is live no more. Not noted: nothing. Requires: its memory has not been freed yet.
void forget(void* block) noexcept;

}  // namespace handrail::block_map

// What the leak check finds by these names, if the library is there. Weak on its side.
extern "C" {

// Returns: the size, in whole granules, of the live block that begins there; 0 if none does.
[[gnu::visibility("default")]] std::size_t handrail_block_map_size(void const* begin) noexcept;
// Returns: the beginning of the live block that address lies in, null if there is none. Of blocks
// longer than 64 MiB only the first part is known.
[[gnu::visibility("default")]] void const* handrail_block_map_around(void const* address) noexcept;
// Effects: calls fn(argument, begin, size) for every live block, by address within each region.
[[gnu::visibility("default")]] void handrail_block_map_for_each(
    void (*fn)(void* argument, void const* begin, std::size_t size), void* argument) noexcept;

}  // extern "C"
