// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/pass_memory.hpp"

#include "platform/port.hpp"

#include <boost/system/error_code.hpp>

namespace handrail::detail {

namespace {

// Smaller sizes come from the program's allocator, which keeps such memory at hand.
constexpr std::size_t min_mapped = std::size_t{1} << 20;

// The size of a large page on x86-64, and on AArch64 with pages of 4 KiB. Mapped sizes are rounded
// up to it: a remainder would be mapped in small pages.
constexpr std::size_t large_page = std::size_t{2} << 20;

// Larger sizes use small pages. A virtual machine that returns free memory to its host must ask the
// host for most of many large pages at once, which costs three times as much.
constexpr std::size_t max_in_large_pages = std::size_t{32} << 20;

constexpr std::size_t rounded_to_large_pages(std::size_t size) noexcept {
    return (size + large_page - 1) & ~(large_page - 1);
}

}  // namespace

void* allocate_pass_memory(std::size_t size) {
    if (size < min_mapped) {
        return ::operator new(size);
    }
    std::size_t const mapped = rounded_to_large_pages(size);
    boost::system::error_code ec;
    void* const pages = port::allocate_pages(mapped, ec);
    if (ec.failed()) {
        throw std::bad_alloc();
    }
    if (size <= max_in_large_pages) {
        port::prefer_large_pages(pages, mapped);
    }
    return pages;
}

void free_pass_memory(void* memory, std::size_t size) noexcept {
    if (size < min_mapped) {
        ::operator delete(memory);
    } else {
        port::free_pages(memory, rounded_to_large_pages(size));
    }
}

}  // namespace handrail::detail
