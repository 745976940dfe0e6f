// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

#include <sys/mman.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// Fails if the kernel has no transparent huge pages; the pages stay small then.
void prefer_large_pages(void* address, std::size_t size) noexcept {
    ::madvise(address, size, MADV_HUGEPAGE);
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
