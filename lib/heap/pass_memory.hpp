// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The memory of a pass over many objects: pages of its own, which are returned to the system when
// the pass is over. Each pass gets fresh pages, and each page costs a fault: a pass over a million
// objects needs ten thousand small pages, and would spend half of its time on the faults. So it
// asks for large pages.

#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace handrail::detail {

// Errors: throws std::bad_alloc.
void* allocate_pass_memory(std::size_t size);
// Requires: memory and size of one allocate_pass_memory().
void free_pass_memory(void* memory, std::size_t size) noexcept;

template <class T>
struct pass_allocator {
    using value_type = T;

    pass_allocator() noexcept = default;
    template <class U>
    pass_allocator(pass_allocator<U> const&) noexcept {}

    T* allocate(std::size_t count) {
        if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) {
            throw std::bad_array_new_length();
        }
        return static_cast<T*>(allocate_pass_memory(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        free_pass_memory(memory, count * sizeof(T));
    }

    friend bool operator==(pass_allocator const&, pass_allocator const&) noexcept { return true; }
};

template <class T>
using pass_vector = std::vector<T, pass_allocator<T>>;

}  // namespace handrail::detail
