// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// POSIX has only fork(): the program's fork handlers would run, and its waits would see the child.

#include "platform/posix/system_call.hpp"

namespace handrail::HANDRAIL_PORT_NAMESPACE {

frozen_copy make_frozen_copy(void (*)(void*, handle) noexcept, void*, error_code& ec) noexcept {
    ec = system_error_code(ENOSYS);
    return {};
}

std::size_t read_from_copy(frozen_copy const&, void*, std::size_t,
                           std::chrono::steady_clock::time_point, error_code& ec) noexcept {
    ec = system_error_code(ENOSYS);
    return 0;
}

bool end_frozen_copy(frozen_copy&) noexcept { return false; }

void* copy_allocate(std::size_t) noexcept { return nullptr; }

bool copy_write(handle, void const*, std::size_t) noexcept { return false; }

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
