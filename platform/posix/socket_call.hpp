// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Shared by the files of the port that implement sockets.

#pragma once

#include "platform/posix/system_call.hpp"

#include <algorithm>
#include <cstddef>

#include <sys/socket.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

// Effects: calls accept(address, length) again as long as signals interrupt it. size becomes the
//   length of what was written; the system reports the full length of an address that it truncated.
// Returns: the descriptor, or -1.
template <class Accept>
int accepted_with_address(void* address, std::size_t& size, Accept accept) noexcept {
    std::size_t const capacity = size;
    socklen_t length = 0;
    int const accepted = retried([&] {
        length = static_cast<socklen_t>(capacity);
        return accept(static_cast<sockaddr*>(address), &length);
    });
    size = accepted == -1 ? 0 : std::min<std::size_t>(length, capacity);
    return accepted;
}

inline bool has_peer(handle h) noexcept {
    sockaddr_storage peer;
    socklen_t size = sizeof peer;
    return ::getpeername(h, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
