// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Memory for the registry, separate from the program's heap: other leak checkers would take the
// addresses that a registry in the heap records for references.
//
// Invariant: the free blocks of a size class form a list; their memory is never returned to the
// system.
// Thread safety: none; the registry's mutex protects it.

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace handrail::leak_check {

// Throws std::bad_alloc.
void* arena_allocate(std::size_t size);
void arena_deallocate(void* p, std::size_t size) noexcept;

template <class T>
struct arena_allocator {
    using value_type = T;

    arena_allocator() noexcept = default;
    template <class U>
    arena_allocator(arena_allocator<U> const&) noexcept {}

    T* allocate(std::size_t n) { return static_cast<T*>(arena_allocate(n * sizeof(T))); }
    void deallocate(T* p, std::size_t n) noexcept { arena_deallocate(p, n * sizeof(T)); }

    template <class U>
    bool operator==(arena_allocator<U> const&) const noexcept {
        return true;
    }
};

template <class T>
using arena_vector = std::vector<T, arena_allocator<T>>;
using arena_string = std::basic_string<char, std::char_traits<char>, arena_allocator<char>>;
template <class K, class V>
using arena_map = std::map<K, V, std::less<K>, arena_allocator<std::pair<K const, V>>>;
template <class K, class V>
using arena_table = std::unordered_map<K, V, std::hash<K>, std::equal_to<K>,
                                       arena_allocator<std::pair<K const, V>>>;

}  // namespace handrail::leak_check
