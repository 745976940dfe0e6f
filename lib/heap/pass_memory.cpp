// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/pass_memory.hpp"

#include "platform/port.hpp"

#include <boost/system/error_code.hpp>

namespace handrail::detail {

namespace {

// From here on pages; below, the program's allocator, which has such sizes at hand.
constexpr std::size_t smallest_run = std::size_t{1} << 20;

// What large pages measure on the processors that matter. A rest smaller than one would stay small.
constexpr std::size_t large_page = std::size_t{2} << 20;

// Larger runs stay small-paged. In virtual machines that hand free memory back to their host, many
// large pages at once are mostly ones that the host has to give again: three times the cost.
constexpr std::size_t largest_in_large_pages = std::size_t{32} << 20;

constexpr std::size_t run_for(std::size_t size) noexcept {
    return (size + large_page - 1) & ~(large_page - 1);
}

}  // namespace

void* allocate_pass_memory(std::size_t size) {
    if (size < smallest_run) {
        return ::operator new(size);
    }
    boost::system::error_code ec;
    void* const pages = port::allocate_pages(run_for(size), ec);
    if (ec.failed()) {
        throw std::bad_alloc();
    }
    if (size <= largest_in_large_pages) {
        port::prefer_large_pages(pages, run_for(size));
    }
    return pages;
}

void free_pass_memory(void* memory, std::size_t size) noexcept {
    if (size < smallest_run) {
        ::operator delete(memory);
    } else {
        port::free_pages(memory, run_for(size));
    }
}

}  // namespace handrail::detail
