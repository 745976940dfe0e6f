// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sockets and pipes, created close-on-exec.

#include "platform/posix/socket_call.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

handle_pair pair_of(int result, int const (&ends)[2], error_code& ec) noexcept {
    if (!succeeded(result, ec)) {
        return {};
    }
    handle_pair pair{above_standard_streams(ends[0]), ends[1]};
    if (succeeded(pair.first, ec)) {
        pair.second = above_standard_streams(ends[1]);
        if (succeeded(pair.second, ec)) {
            return pair;
        }
    }
    ::close(pair.first != invalid_handle ? pair.first : ends[1]);
    return {};
}

}  // namespace

handle open_socket(int family, int type, int protocol, error_code& ec) noexcept {
    int const opened = above_standard_streams(::socket(family, type | SOCK_CLOEXEC, protocol));
    return succeeded(opened, ec) ? opened : invalid_handle;
}

// accept(2): Linux reports errors that are pending on the new connection (ECONNABORTED, ENETDOWN,
// EPROTO, …) as errors of accept. The new socket does not inherit the listener's flags, such as
// O_NONBLOCK.
handle accept_socket(handle listener, void* address, std::size_t& size, error_code& ec) noexcept {
    int const accepted = above_standard_streams(
        accepted_with_address(address, size, [&](sockaddr* to, socklen_t* length) {
            return ::accept4(listener, to, length, SOCK_CLOEXEC);
        }));
    size = accepted == -1 ? 0 : size;
    return succeeded(accepted, ec) ? accepted : invalid_handle;
}

// Linux polls a socket that neither is connected nor connects as POLLHUP, and one that connects as
// nothing. A connected one may be POLLHUP, too, when both sides have ended.
bool connection_begun(handle h) noexcept {
    pollfd state{h, POLLOUT, 0};
    bool const idle = ::poll(&state, 1, 0) != 0 && (state.revents & (POLLHUP | POLLNVAL)) != 0;
    return !idle || has_peer(h);
}

handle_pair open_socket_pair(int family, int type, int protocol, error_code& ec) noexcept {
    int ends[2] = {-1, -1};
    int const result = ::socketpair(family, type | SOCK_CLOEXEC, protocol, ends);
    return pair_of(result, ends, ec);
}

handle_pair open_pipe(error_code& ec) noexcept {
    int ends[2] = {-1, -1};
    int const result = ::pipe2(ends, O_CLOEXEC);
    return pair_of(result, ends, ec);
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
