// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// operator new and delete that maintain the block map. They behave as the standard requires of the
// default ones: memory from malloc, the new handler if there is none. Blocks of operators that a
// program replaces itself are not recorded.
//
// Invariant: a block is recorded after malloc has returned it, and removed before it is passed to
// free, so that memory of live blocks can be read.

#include "lib/block_map/block_map.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

using handrail::block_map::forget;
using handrail::block_map::record;

// A new object of size 0 has an address of its own.
void* from_malloc(std::size_t size) noexcept { return std::malloc(size | (size == 0)); }

// aligned_alloc(3) requires a multiple of the alignment.
void* from_aligned_alloc(std::size_t size, std::size_t alignment) noexcept {
    std::size_t const rounded = (std::max<std::size_t>(size, 1) + alignment - 1) & ~(alignment - 1);
    return rounded >= size ? std::aligned_alloc(alignment, rounded) : nullptr;
}

template <class Get>
[[gnu::noinline]] void* ask_the_handler(Get get) {
    for (;;) {
        std::new_handler const handler = std::get_new_handler();
        if (handler == nullptr) {
            throw std::bad_alloc();
        }
        handler();
        if (void* const block = get()) {
            return block;
        }
    }
}

template <class Get>
[[gnu::always_inline]] inline void* recorded(std::size_t size, Get get) {
    void* block = get();
    if (block == nullptr) [[unlikely]] {
        block = ask_the_handler(get);
    }
    record(block, size);
    return block;
}

template <class Get>
void* noted_or_null(std::size_t size, Get get) noexcept {
    try {
        return recorded(size, get);
    } catch (...) {  // if the new handler throws, there is no memory
        return nullptr;
    }
}

[[gnu::always_inline]] inline void give_back(void* block) noexcept {
    if (block != nullptr) {
        forget(block);
        std::free(block);
    }
}

}  // namespace

#define HANDRAIL_REPLACED [[gnu::visibility("default")]]

HANDRAIL_REPLACED void* operator new(std::size_t size) {
    return recorded(size, [size] { return from_malloc(size); });
}
HANDRAIL_REPLACED void* operator new[](std::size_t size) {
    return recorded(size, [size] { return from_malloc(size); });
}
HANDRAIL_REPLACED void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    return noted_or_null(size, [size] { return from_malloc(size); });
}
HANDRAIL_REPLACED void* operator new[](std::size_t size, std::nothrow_t const&) noexcept {
    return noted_or_null(size, [size] { return from_malloc(size); });
}
HANDRAIL_REPLACED void* operator new(std::size_t size, std::align_val_t to) {
    return recorded(size, [=] { return from_aligned_alloc(size, static_cast<std::size_t>(to)); });
}
HANDRAIL_REPLACED void* operator new[](std::size_t size, std::align_val_t to) {
    return recorded(size, [=] { return from_aligned_alloc(size, static_cast<std::size_t>(to)); });
}
HANDRAIL_REPLACED void* operator new(std::size_t size, std::align_val_t to,
                                     std::nothrow_t const&) noexcept {
    return noted_or_null(size,
                         [=] { return from_aligned_alloc(size, static_cast<std::size_t>(to)); });
}
HANDRAIL_REPLACED void* operator new[](std::size_t size, std::align_val_t to,
                                       std::nothrow_t const&) noexcept {
    return noted_or_null(size,
                         [=] { return from_aligned_alloc(size, static_cast<std::size_t>(to)); });
}

HANDRAIL_REPLACED void operator delete(void* block) noexcept { give_back(block); }
HANDRAIL_REPLACED void operator delete[](void* block) noexcept { give_back(block); }
HANDRAIL_REPLACED void operator delete(void* block, std::size_t) noexcept { give_back(block); }
HANDRAIL_REPLACED void operator delete[](void* block, std::size_t) noexcept { give_back(block); }
HANDRAIL_REPLACED void operator delete(void* block, std::nothrow_t const&) noexcept {
    give_back(block);
}
HANDRAIL_REPLACED void operator delete[](void* block, std::nothrow_t const&) noexcept {
    give_back(block);
}
HANDRAIL_REPLACED void operator delete(void* block, std::align_val_t) noexcept { give_back(block); }
HANDRAIL_REPLACED void operator delete[](void* block, std::align_val_t) noexcept {
    give_back(block);
}
HANDRAIL_REPLACED void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    give_back(block);
}
HANDRAIL_REPLACED void operator delete[](void* block, std::size_t, std::align_val_t) noexcept {
    give_back(block);
}
HANDRAIL_REPLACED void operator delete(void* block, std::align_val_t,
                                       std::nothrow_t const&) noexcept {
    give_back(block);
}
HANDRAIL_REPLACED void operator delete[](void* block, std::align_val_t,
                                         std::nothrow_t const&) noexcept {
    give_back(block);
}
