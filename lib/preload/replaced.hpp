// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The functions that ours replace: those of the next library in the search order, which may be
// libc, a sanitizer or another preloaded library.
//
//     HANDRAIL_REPLACES int dup(int old) noexcept {
//         return born(call::dup, HANDRAIL_REPLACED(dup)(old));
//     }

#pragma once

#include "lib/preload/calls.hpp"

#define HANDRAIL_REPLACES extern "C" [[gnu::visibility("default")]]
#define HANDRAIL_REPLACED(name)           \
    (reinterpret_cast<decltype(&::name)>( \
        ::handrail::preload::replaced(::handrail::preload::call::name)))

namespace handrail::preload {

// Async-signal-safe after find_replaced().
void* replaced(call) noexcept;

// Finds all of them, so that later calls, which may be in signal handlers, need no dlsym(3).
void find_replaced() noexcept;

}  // namespace handrail::preload
