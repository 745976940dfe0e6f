// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The one word in which inline code reads what is switched on. In a program that asked for nothing
// it is 0, and each test of it is one relaxed load and one predicted branch.
//
// Thread safety: bits are set and cleared at any time. Code that reads an old value behaves as if
//   it had run a moment earlier, so no ordering is needed.

#pragma once

#include <handrail/detail/base/export.hpp>

#include <atomic>

namespace handrail::detail {

enum switch_bits : unsigned {
    switch_leak_check = 1U << 0,      // leak check, level handles or above
    switch_default_runner = 1U << 1,  // set_default_runner has been given a runner
    switch_wipe = 1U << 2,            // leak check, level full: destroyed references leave no words
    switch_timing = 1U << 3,          // leak check with slow=: how long cleanups take
    switch_probe = 1U << 8,           // upper bits: the number of active probes on all threads
};

HANDRAIL_API extern std::atomic<unsigned> switches;

inline bool leak_check_on() noexcept {
    return (switches.load(std::memory_order_relaxed) & switch_leak_check) != 0;
}

inline bool wiping() noexcept {
    return (switches.load(std::memory_order_relaxed) & switch_wipe) != 0;
}

// Whether wiping() or probing(): the end of a reference matters.
inline bool watching_ends() noexcept {
    constexpr unsigned any_probe = ~(switch_probe - 1U);
    return (switches.load(std::memory_order_relaxed) & (switch_wipe | any_probe)) != 0;
}

// Effects: keeps the stores to memory that is about to end; the compiler would remove them, and a
//   later scan of memory would take what is left for references.
inline void keep_stores(void const* ending) noexcept {
    asm volatile("" : : "r"(ending) : "memory");
}

inline bool timing() noexcept {
    return (switches.load(std::memory_order_relaxed) & switch_timing) != 0;
}

inline bool probing() noexcept { return switches.load(std::memory_order_relaxed) >= switch_probe; }

}  // namespace handrail::detail
