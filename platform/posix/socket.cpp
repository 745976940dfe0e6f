// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sockets and pipes on systems that cannot create them close-on-exec. If another thread starts a
// program between the call and fcntl, that program inherits the descriptor: such a system has no
// way to prevent it.

#include "platform/posix/socket_call.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

// Where SO_NOSIGPIPE exists, Boost.Asio sets it on its own sockets, and its sends rely on it.
#if defined(SO_NOSIGPIPE)
error_code prevent_sigpipe(int descriptor) noexcept {
    int const on = 1;
    return result_code(::setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on));
}
#else
error_code prevent_sigpipe(int) noexcept { return {}; }
#endif

// Effects: closes the descriptor if it cannot be given the properties that the port promises.
handle finished(int fresh, bool is_socket, error_code& ec) noexcept {
    int const descriptor = above_standard_streams(fresh);
    if (!succeeded(descriptor, ec)) {
        return invalid_handle;
    }
    set_close_on_exec(descriptor, ec);
    if (!ec && is_socket) {
        ec = prevent_sigpipe(descriptor);
    }
    if (ec) {
        ::close(descriptor);
        return invalid_handle;
    }
    return descriptor;
}

handle_pair finished(int const (&ends)[2], bool are_sockets, error_code& ec) noexcept {
    handle_pair pair{finished(ends[0], are_sockets, ec), invalid_handle};
    if (ec) {
        ::close(ends[1]);
        return {};
    }
    pair.second = finished(ends[1], are_sockets, ec);
    if (ec) {
        ::close(pair.first);
        return {};
    }
    return pair;
}

// The BSDs pass O_NONBLOCK of the listener on.
void make_blocking(handle accepted) noexcept {
    int const flags = ::fcntl(accepted, F_GETFL);
    if ((flags & O_NONBLOCK) != 0) {
        ::fcntl(accepted, F_SETFL, flags & ~O_NONBLOCK);
    }
}

}  // namespace

handle open_socket(int family, int type, int protocol, error_code& ec) noexcept {
    return finished(::socket(family, type, protocol), true, ec);
}

handle accept_socket(handle listener, void* address, std::size_t& size, error_code& ec) noexcept {
    int const accepted = accepted_with_address(address, size, [&](sockaddr* to, socklen_t* length) {
        return ::accept(listener, to, length);
    });
    handle const taken = finished(accepted, true, ec);
    if (!ec) {
        make_blocking(taken);
    }
    size = ec ? 0 : size;
    return taken;
}

bool connection_begun(handle h) noexcept { return has_peer(h); }

handle_pair open_socket_pair(int family, int type, int protocol, error_code& ec) noexcept {
    int ends[2];
    return succeeded(::socketpair(family, type, protocol, ends), ec) ? finished(ends, true, ec)
                                                                     : handle_pair{};
}

handle_pair open_pipe(error_code& ec) noexcept {
    int ends[2];
    return succeeded(::pipe(ends), ec) ? finished(ends, false, ec) : handle_pair{};
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
