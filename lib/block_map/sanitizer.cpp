// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// For ThreadSanitizer, whose runtime defines the operators itself: it calls hooks for every block,
// including those of malloc.

#include "lib/block_map/block_map.hpp"

extern "C" [[gnu::weak]] int __sanitizer_install_malloc_and_free_hooks(
    void (*malloc_hook)(void const volatile*, std::size_t),
    void (*free_hook)(void const volatile*));

namespace {

void* plain(void const volatile* block) noexcept { return const_cast<void*>(block); }

[[gnu::constructor]] void listen() {
    if (__sanitizer_install_malloc_and_free_hooks != nullptr) {
        __sanitizer_install_malloc_and_free_hooks(
            [](void const volatile* block, std::size_t size) {
                handrail::block_map::record(plain(block), size);
            },
            [](void const volatile* block) { handrail::block_map::forget(plain(block)); });
    }
}

}  // namespace
