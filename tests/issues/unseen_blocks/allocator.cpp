// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An operator new, as a program or an allocator (jemalloc, tcmalloc) defines it. With ONLY_ALIGNED
// it defines the aligned form alone.

#include <cstddef>
#include <cstdlib>
#include <new>

#define VISIBLE [[gnu::visibility("default")]]

#ifndef ONLY_ALIGNED
VISIBLE void* operator new(std::size_t size) {
    if (void* const block = std::malloc(size + 1)) {
        return block;
    }
    throw std::bad_alloc();
}
VISIBLE void operator delete(void* block) noexcept { std::free(block); }
VISIBLE void operator delete(void* block, std::size_t) noexcept { std::free(block); }
#endif

VISIBLE void* operator new(std::size_t size, std::align_val_t to) {
    auto const alignment = static_cast<std::size_t>(to);
    if (void* const block = std::aligned_alloc(alignment, (size / alignment + 1) * alignment)) {
        return block;
    }
    throw std::bad_alloc();
}
VISIBLE void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
VISIBLE void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    std::free(block);
}
