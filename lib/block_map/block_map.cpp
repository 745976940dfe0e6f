// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/block_map/block_map.hpp"

#include "platform/port.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>

namespace handrail::block_map {

constinit std::atomic<slot*> table{nullptr};

namespace {

constexpr std::uint8_t digit = 128;
constexpr std::size_t digits = 6;
constexpr std::size_t slots = std::size_t{1} << (address_bits - region_bits);

constinit std::atomic<region*> newest{nullptr};

// Effects: stores fresh if no other thread has stored its own yet; else frees it. Returns: what is
//   stored.
template <class T>
T* publish(std::atomic<T*>& entry, T* fresh, std::size_t size) noexcept {
    T* other = nullptr;
    // release, acquire: a thread that sees the pointer sees what it points to.
    if (entry.compare_exchange_strong(other, fresh, std::memory_order_release,
                                      std::memory_order_acquire)) {
        return fresh;
    }
    static_cast<void>(port::free_pages(fresh, size));
    return other;
}

slot* make_table() noexcept {
    port::error_code ec;
    void* const fresh = port::allocate_pages(slots * sizeof(slot), ec);
    return fresh != nullptr ? publish(table, static_cast<slot*>(fresh), slots * sizeof(slot))
                            : nullptr;
}

region* make_region(slot& entry, std::uintptr_t address) noexcept {
    port::error_code ec;
    auto* const fresh = static_cast<region*>(port::allocate_pages(sizeof(region), ec));
    if (fresh == nullptr) {
        return nullptr;
    }
    fresh->begin = address >> region_bits << region_bits;
    region* const there = publish(entry, fresh, sizeof(region));
    if (there == fresh) {
        fresh->next = newest.load(std::memory_order_relaxed);
        // release: as in publish.
        while (!newest.compare_exchange_weak(fresh->next, fresh, std::memory_order_release,
                                             std::memory_order_relaxed)) {
        }
    }
    return there;
}

// The digits of a block's length must be in the same region: a block at the end of a region without
// room for them is not recorded.
bool has_room_for_digits(region& home, mark const* first) noexcept {
    return first + digits < home.marks + marks_in_region;
}

// relaxed, in all of these: other threads' marks are read only in a frozen copy.
void set(mark& m, unsigned value) noexcept {
    m.store(static_cast<std::uint8_t>(value), std::memory_order_relaxed);
}
std::uint8_t get(mark const& m) noexcept { return m.load(std::memory_order_relaxed); }

void record_long(region& home, mark* first, std::size_t granules) noexcept {
    if (!has_room_for_digits(home, first)) {
        return;
    }
    for (std::size_t i = 1; i <= digits; ++i) {
        set(first[i], digit | (granules & (digit - 1)));
        granules >>= 7;
    }
    set(*first, long_block);
}

std::size_t size_at(mark const* first) noexcept {
    std::size_t granules = get(*first);
    if (granules == long_block) {
        granules = 0;
        for (std::size_t i = digits; i != 0; --i) {
            granules = granules << 7 | (get(first[i]) & (digit - 1U));
        }
    }
    return granules * granule;
}

bool begins_block(mark const& m) noexcept { return get(m) != 0 && get(m) < digit; }

// Marks are tested eight at a time, because most are zero.
constexpr std::size_t at_once = sizeof(std::uint64_t);
std::uint64_t word_at(mark const* first) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, static_cast<void const*>(first), sizeof word);
    return word;
}

// The last mark of a block up to at, in this region.
mark const* mark_before(region const& home, mark const* at) noexcept {
    for (mark const* m = at + 1; m != home.marks;) {
        bool const aligned = static_cast<std::size_t>(m - home.marks) % at_once == 0;
        if (aligned && word_at(m - at_once) == 0) {
            m -= at_once;
        } else if (begins_block(*--m)) {
            return m;
        }
    }
    return nullptr;
}

std::uintptr_t address_of(region const& home, mark const* m) noexcept {
    return home.begin + static_cast<std::size_t>(m - home.marks) * granule;
}

void for_each_in_stretch(region const& home, mark const* first,
                         void (*fn)(void* argument, void const* begin, std::size_t size),
                         void* argument) noexcept {
    for (mark const* at = first; at != first + marks_in_stretch; at += at_once) {
        if (word_at(at) == 0) {
            continue;
        }
        for (mark const* m = at; m != at + at_once; ++m) {
            if (begins_block(*m)) {
                fn(argument, reinterpret_cast<void const*>(address_of(home, m)), size_at(m));
            }
        }
    }
}

}  // namespace

void record_slowly(std::uintptr_t address, std::size_t size) noexcept {
    slot* all = table.load(std::memory_order_acquire);
    if (all == nullptr) {
        all = make_table();
    }
    if (all == nullptr || address % granule != 0 || address >> address_bits != 0) {
        return;
    }
    slot& entry = all[address >> region_bits];
    region* home = entry.load(std::memory_order_acquire);
    if (home == nullptr) {
        home = make_region(entry, address);
    }
    if (home != nullptr) {
        use_stretch(*home, address);
    }
    std::size_t const granules = (size + granule - 1) / granule;
    if (home != nullptr && granules < long_block) {
        set(mark_of(*home, address), static_cast<unsigned>(granules | (granules == 0)));
    } else if (home != nullptr) {
        record_long(*home, &mark_of(*home, address), granules);
    }
}

void forget_long(mark* first) noexcept {
    for (std::size_t i = 1; i <= digits; ++i) {
        set(first[i], 0);
    }
}

}  // namespace handrail::block_map

using namespace handrail::block_map;

std::size_t handrail_block_map_size(void const* begin) noexcept {
    auto const address = handrail::detail::as_integer(begin);
    region* const home = region_of(address);
    if (home == nullptr || address % granule != 0) {
        return 0;
    }
    mark const* const first = &mark_of(*home, address);
    return begins_block(*first) ? size_at(first) : 0;
}

// The block may have begun in the region before.
void const* handrail_block_map_around(void const* address) noexcept {
    auto const wanted = handrail::detail::as_integer(address);
    region* home = region_of(wanted);
    mark const* first = home != nullptr ? mark_before(*home, &mark_of(*home, wanted)) : nullptr;
    if (first == nullptr) {
        home = region_of((wanted >> region_bits << region_bits) - 1);
        first = home != nullptr ? mark_before(*home, home->marks + marks_in_region - 1) : nullptr;
    }
    if (first == nullptr) {
        return nullptr;
    }
    std::uintptr_t const begin = address_of(*home, first);
    return wanted - begin < size_at(first) ? reinterpret_cast<void const*>(begin) : nullptr;
}

void handrail_block_map_for_each(void (*fn)(void* argument, void const* begin, std::size_t size),
                                 void* argument) noexcept {
    for (region* home = newest.load(std::memory_order_acquire); home != nullptr;
         home = home->next) {
        for (std::size_t i = 0; i != marks_in_region; i += marks_in_stretch) {
            if (home->used[i / marks_in_stretch].load(std::memory_order_relaxed)) {
                for_each_in_stretch(*home, &home->marks[i], fn, argument);
            }
        }
    }
}
