// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Memory: mapped files and anonymous pages.

#include "platform/posix/system_call.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

int protection(map_access how) noexcept {
    return how == map_access::read ? PROT_READ : PROT_READ | PROT_WRITE;
}

// A read-only mapping is shared, too: mmap(2) does not say whether a private one shows later writes
// to the file.
int sharing(map_access how) noexcept {
    return how == map_access::copy_on_write ? MAP_PRIVATE : MAP_SHARED;
}

void* address_of(void* result, error_code& ec) noexcept {
    ec = result == MAP_FAILED ? last_error() : error_code{};
    return result == MAP_FAILED ? nullptr : result;
}

}  // namespace

// The page size. sysconf takes it from the auxiliary vector, without a system call.
std::size_t mapping_granularity() noexcept {
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void* map(handle h, std::uint64_t offset, std::size_t length, map_access how,
          error_code& ec) noexcept {
    return address_of(
        ::mmap(nullptr, length, protection(how), sharing(how), h, static_cast<off_t>(offset)), ec);
}

error_code unmap(void* address, std::size_t length) noexcept {
    return result_code(::munmap(address, length));
}

error_code flush(void* address, std::size_t length) noexcept {
    return result_code(::msync(address, length, MS_SYNC));
}

void* allocate_pages(std::size_t size, error_code& ec) noexcept {
    return address_of(
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ec);
}

error_code free_pages(void* address, std::size_t size) noexcept { return unmap(address, size); }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
