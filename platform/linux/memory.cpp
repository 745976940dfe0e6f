// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "platform/port.hpp"

#include <cerrno>

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// process_vm_readv(2) on this process: the kernel reads, and reports EFAULT where nothing is
// mapped. Not through libc's function: sanitizers intercept it and check what it reads.
bool read_memory(void const* from, void* to, std::size_t size) noexcept {
    iovec const target{to, size};
    iovec const origin{const_cast<void*>(from), size};
    int const before = errno;
    long const read = ::syscall(SYS_process_vm_readv, ::getpid(), &target, 1UL, &origin, 1UL, 0UL);
    errno = before;
    return read == static_cast<long>(size);
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
