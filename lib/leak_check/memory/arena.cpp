// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/memory/arena.hpp"

#include "platform/port.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <utility>

namespace handrail::leak_check {

namespace {

struct free_block {
    free_block* next;
};

constexpr std::size_t min_block = 32;
constexpr std::size_t max_block = 4096;  // larger blocks have pages of their own
constexpr std::size_t chunk = std::size_t{1} << 18;

constinit std::array<free_block*, std::bit_width(max_block) + 1> free_blocks{};
constinit std::byte* fresh = nullptr;
constinit std::size_t fresh_size = 0;

std::size_t class_size(std::size_t size) noexcept {
    return std::bit_ceil(std::max(size, min_block));
}

void* pages(std::size_t size) {
    boost::system::error_code ec;
    void* const p = port::allocate_pages(size, ec);
    if (ec.failed()) {
        throw std::bad_alloc();
    }
    return p;
}

}  // namespace

void* arena_allocate(std::size_t size) {
    if (size > max_block) {
        return pages(size);
    }
    std::size_t const rounded = class_size(size);
    free_block*& first = free_blocks[std::bit_width(rounded)];
    if (first != nullptr) {
        return std::exchange(first, first->next);
    }
    if (fresh_size < rounded) {
        fresh = static_cast<std::byte*>(pages(chunk));
        fresh_size = chunk;
    }
    fresh_size -= rounded;
    return std::exchange(fresh, fresh + rounded);
}

void arena_deallocate(void* p, std::size_t size) noexcept {
    if (size > max_block) {
        static_cast<void>(port::free_pages(p, size));
        return;
    }
    free_block*& first = free_blocks[std::bit_width(class_size(size))];
    first = ::new (p) free_block{first};
}

}  // namespace handrail::leak_check
