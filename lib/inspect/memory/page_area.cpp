// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/memory/page_area.hpp"

#include <utility>

#include <sys/mman.h>

namespace handrail::inspect {

page_area::page_area(std::size_t size) noexcept {
    void* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at != MAP_FAILED) {
        bytes_ = {static_cast<std::byte*>(at), size};
    }
}

page_area::page_area(page_area&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

page_area& page_area::operator=(page_area&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
}

page_area::~page_area() {
    if (!bytes_.empty()) {
        ::munmap(bytes_.data(), bytes_.size());
    }
}

}  // namespace handrail::inspect
