// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The block map: which memory operator new has given out. A separate library, linked or
// preloaded, for programs that are checked at level full:
//
//     LD_PRELOAD=libhandrail_block_map.so HANDRAIL_DEBUG=leakcheck=2 ./server
//
// One byte stands for 16 bytes of memory, in regions of 64 MiB that are mapped when first needed:
//   0          no block begins here
//   1 … 126    a block of this many granules begins here
//   127        a longer block begins here; the next six bytes hold its length, seven bits each
//   128 … 255  such a digit
//
// So a block is recorded and removed by plain stores, without a read-modify-write operation that
// would cause contention, and its bounds are exact to a granule. Blocks that do not begin at a
// granule are not recorded.
//
// Thread safety: any thread may call record and forget, for its own blocks. The results of the
// other functions are exact for blocks that no thread records or removes at the same time: call
// them in a frozen copy of the process.

#pragma once

#include <handrail/detail/base/as_integer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace handrail::block_map {

inline constexpr std::size_t granule = 16;
inline constexpr unsigned region_bits = 26;  // 64 MiB
inline constexpr unsigned address_bits = 48;
inline constexpr std::size_t marks_in_region = (std::size_t{1} << region_bits) / granule;
inline constexpr std::uint8_t long_block = 127;

using mark = std::atomic<std::uint8_t>;
static_assert(sizeof(mark) == 1 && mark::is_always_lock_free);

// Most marks of a region are never set. A search for blocks skips stretches that have none.
inline constexpr std::size_t marks_in_stretch = 4096;  // a page

struct region {
    mark marks[marks_in_region];
    std::atomic<bool> used[marks_in_region / marks_in_stretch];  // has had a block
    std::uintptr_t begin;
    region* next;
};

// All possible regions, by address; null until the first block is recorded. Not an array in static
// memory, which leak checks scan completely.
using slot = std::atomic<region*>;
extern constinit std::atomic<slot*> table;

inline std::size_t mark_index(std::uintptr_t address) noexcept {
    return (address & ((std::uintptr_t{1} << region_bits) - 1)) / granule;
}
inline mark& mark_of(region& home, std::uintptr_t address) noexcept {
    return home.marks[mark_index(address)];
}

// relaxed, here and for marks: other threads' are read only in a frozen copy.
inline void use_stretch(region& home, std::uintptr_t address) noexcept {
    std::atomic<bool>& used = home.used[mark_index(address) / marks_in_stretch];
    if (!used.load(std::memory_order_relaxed)) [[unlikely]] {
        used.store(true, std::memory_order_relaxed);
    }
}

// acquire: sees the region's fields.
inline region* region_of(std::uintptr_t address) noexcept {
    slot* const all = table.load(std::memory_order_acquire);
    return all != nullptr && address >> address_bits == 0
               ? all[address >> region_bits].load(std::memory_order_acquire)
               : nullptr;
}

void record_slowly(std::uintptr_t address, std::size_t size) noexcept;
void forget_long(mark* first) noexcept;

// Effects: records the block as live; not if memory for its region is short.
inline void record(void* block, std::size_t size) noexcept {
    auto const address = detail::as_integer(block);
    region* const home = region_of(address);
    std::size_t const granules = (size + granule - 1) / granule;
    if (home == nullptr || address % granule != 0 || granules >= long_block) [[unlikely]] {
        record_slowly(address, size);
        return;
    }
    use_stretch(*home, address);
    mark_of(*home, address)
        .store(static_cast<std::uint8_t>(granules | (granules == 0)), std::memory_order_relaxed);
}

// Effects: removes the block, if it was recorded. Requires: its memory has not been freed yet.
inline void forget(void* block) noexcept {
    auto const address = detail::as_integer(block);
    region* const home = region_of(address);
    if (home == nullptr || address % granule != 0) [[unlikely]] {
        return;
    }
    mark& first = mark_of(*home, address);
    if (first.load(std::memory_order_relaxed) == long_block) [[unlikely]] {
        forget_long(&first);
    }
    first.store(0, std::memory_order_relaxed);
}

}  // namespace handrail::block_map

// The interface of the library for the leak check, which refers to it by weak symbols.
extern "C" {

// Returns: the size, in whole granules, of the live block that begins there; 0 if none does.
[[gnu::visibility("default")]] std::size_t handrail_block_map_size(void const* begin) noexcept;
// Returns: the beginning of the live block that contains address, null if there is none. Of blocks
// longer than 64 MiB only the first part is found.
[[gnu::visibility("default")]] void const* handrail_block_map_around(void const* address) noexcept;
// Effects: calls fn(argument, begin, size) for every live block, by address within each region.
[[gnu::visibility("default")]] void handrail_block_map_for_each(
    void (*fn)(void* argument, void const* begin, std::size_t size), void* argument) noexcept;

}  // extern "C"
