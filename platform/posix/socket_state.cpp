// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The state of existing sockets, and waiting for it to change.

#include "platform/posix/socket_call.hpp"

#include <algorithm>
#include <cstddef>

#include <poll.h>
#include <sys/socket.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

template <class Value>
int option_of(handle h, int name, Value& value, error_code& ec) noexcept {
    socklen_t size = sizeof value;
    int const result = ::getsockopt(h, SOL_SOCKET, name, &value, &size);
    succeeded(result, ec);
    return result;
}

}  // namespace

// connect(2): an attempt that a signal interrupted continues; calling connect again would fail with
// EALREADY or EISCONN. Linux's local sockets are the exception: an attempt that waits for room in
// the listener's queue is dropped; the socket then has neither a peer nor an error. The peer is
// queried first: if the connection is reset in between, the error is reported.
void finish_connecting(handle h, error_code& ec) noexcept {
    pollfd writable{h, POLLOUT, 0};
    if (!succeeded(retried([&] { return ::poll(&writable, 1, -1); }), ec)) {
        return;
    }
    bool const connected = has_peer(h);
    int failed = 0;
    if (option_of(h, SO_ERROR, failed, ec) == 0 && (failed != 0 || !connected)) {
        ec = system_error_code(failed != 0 ? failed : ENOTCONN);
    }
}

void address_of_socket(handle h, socket_end which, void* address, std::size_t& size,
                       error_code& ec) noexcept {
    auto const ask = which == socket_end::own ? &::getsockname : &::getpeername;
    auto length = static_cast<socklen_t>(size);
    bool const known = succeeded(ask(h, static_cast<sockaddr*>(address), &length), ec);
    size = known ? std::min<std::size_t>(length, size) : 0;  // length includes what was truncated
}

socket_facts facts_of_socket(handle h, error_code& ec) noexcept {
    socket_facts facts;
    int listens = 0;
    sockaddr_storage own;
    socklen_t size = sizeof own;
    if (option_of(h, SO_TYPE, facts.type, ec) == 0 &&
        option_of(h, SO_ACCEPTCONN, listens, ec) == 0 &&
        succeeded(::getsockname(h, reinterpret_cast<sockaddr*>(&own), &size), ec)) {
        facts.family = own.ss_family;
        facts.listens = listens != 0;
    }
    return facts;
}

// Set only if necessary: the option belongs to the open socket, which other processes may share.
void linger_in_background(handle h) noexcept {
    error_code ignored;
    linger mode{};
    if (option_of(h, SO_LINGER, mode, ignored) == 0 && mode.l_onoff != 0) {
        mode = {};
        static_cast<void>(::setsockopt(h, SOL_SOCKET, SO_LINGER, &mode, sizeof mode));
    }
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
