// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/preload/replaced.hpp"

#include <atomic>

#include <dlfcn.h>

namespace handrail::preload {

namespace {

constinit std::atomic<void*> found[call_count]{};

}  // namespace

// A call may come before this library's constructor, from another library's. relaxed: every thread
// finds the same.
void* replaced(call which) noexcept {
    auto const index = static_cast<std::size_t>(which);
    void* function = found[index].load(std::memory_order_relaxed);
    if (function == nullptr) [[unlikely]] {
        function = ::dlsym(RTLD_NEXT, call_descriptions[index].name);
        found[index].store(function, std::memory_order_relaxed);
    }
    return function;
}

void find_replaced() noexcept {
    for (std::size_t i = 1; i != call_count; ++i) {
        replaced(static_cast<call>(i));
    }
}

}  // namespace handrail::preload
