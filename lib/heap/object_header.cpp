// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/heap/object_header.hpp>

#include <cstdlib>
#include <thread>

namespace handrail::detail {

std::uint64_t await_unseal(object_header const& managed) noexcept {
    for (;;) {
        // acquire: as of a lock; see lock_weak.
        auto const word = managed.word.load(std::memory_order_acquire);
        if ((word & word_sealed) == 0) {
            return word;
        }
        std::this_thread::yield();
    }
}

void abort_on_overflow() noexcept { std::abort(); }

}  // namespace handrail::detail
