// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/memory/scratch.hpp"

#include "platform/port.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace handrail::leak_check {

namespace {

constexpr std::size_t alignment = alignof(std::max_align_t);
constexpr std::size_t chunk_size = std::size_t{1} << 20;

std::size_t rounded(std::size_t size) noexcept { return (size + alignment - 1) & ~(alignment - 1); }

// Throwing would use the program's heap. The process that made the copy sees the crash and reports
// an inconclusive check.
void* copy_pages(std::size_t size) noexcept {
    void* const pages = port::copy_allocate(size);
    if (pages == nullptr) {
        __builtin_trap();
    }
    return pages;
}

void* process_pages(std::size_t size) {
    boost::system::error_code ec;
    void* const pages = port::allocate_pages(size, ec);
    if (pages == nullptr) {
        throw std::bad_alloc();
    }
    return pages;
}

}  // namespace

scratch::~scratch() {
    while (used_in_ == used_in::process && newest_ != nullptr) {
        chunk* const last = std::exchange(newest_, newest_->before);
        static_cast<void>(port::free_pages(last, last->size));
    }
}

void scratch::add_chunk(std::size_t size) {
    std::size_t const whole = std::max(size + rounded(sizeof(chunk)), chunk_size);
    void* const pages = used_in_ == used_in::process ? process_pages(whole) : copy_pages(whole);
    newest_ = ::new (pages) chunk{newest_, whole};
    fresh_ = static_cast<std::byte*>(pages) + rounded(sizeof(chunk));
    left_ = whole - rounded(sizeof(chunk));
}

void* scratch::allocate(std::size_t size) {
    std::size_t const wanted = rounded(size);
    if (left_ < wanted) {
        add_chunk(wanted);
    }
    left_ -= wanted;
    return std::exchange(fresh_, fresh_ + wanted);
}

}  // namespace handrail::leak_check
