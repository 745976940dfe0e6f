// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Memory for one check: allocated in order, freed all at once. Separate from the program's heap,
// which a frozen copy must not touch.
//
// Thread safety: none.

#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace handrail::leak_check {

class scratch {
public:
    enum class used_in {
        process,      // allocate() throws std::bad_alloc
        frozen_copy,  // out of memory ends the copy, and its pages with it
    };

    explicit scratch(used_in process) noexcept : used_in_(process) {}
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    ~scratch();

    void* allocate(std::size_t size);

private:
    struct chunk {
        chunk* before;
        std::size_t size;
    };

    void add_chunk(std::size_t size);

    used_in used_in_;
    chunk* newest_ = nullptr;
    std::byte* fresh_ = nullptr;
    std::size_t left_ = 0;
};

template <class T>
struct scratch_allocator {
    using value_type = T;

    scratch_allocator(scratch& memory) noexcept : memory_(&memory) {}
    template <class U>
    scratch_allocator(scratch_allocator<U> const& other) noexcept : memory_(other.memory_) {}

    T* allocate(std::size_t n) { return static_cast<T*>(memory_->allocate(n * sizeof(T))); }
    void deallocate(T*, std::size_t) noexcept {}

    template <class U>
    bool operator==(scratch_allocator<U> const& other) const noexcept {
        return memory_ == other.memory_;
    }

    scratch* memory_;
};

template <class T>
using scratch_vector = std::vector<T, scratch_allocator<T>>;

}  // namespace handrail::leak_check
