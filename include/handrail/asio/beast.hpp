// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Guarded sockets under Boost.Beast: include this header where beast::websocket::stream or Beast's
// HTTP functions are used with one.
//
//     boost::beast::websocket::stream<handrail::tcp_socket> chat(std::move(socket));
//     chat.accept();
//
// Beast ends a WebSocket connection through three functions that it finds by argument-dependent
// lookup: teardown, async_teardown and beast_close_socket (documentation of
// boost::beast::websocket::teardown).

#pragma once

#include <handrail/asio/stream_socket.hpp>
#include <handrail/detail/asio/initiation.hpp>
#include <handrail/detail/asio/namespaces.hpp>
#include <handrail/detail/asio/socket_access.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/role.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace handrail {

namespace detail {

// The steps by which teardown and async_teardown end a WebSocket connection. The server ends its
// side first, so that TIME_WAIT stays with it and the client can connect from that port again (RFC
// 6455, 7.1.1). Both read until the peer has ended its side, because a close with unread bytes
// would reset the connection, and the peer might lose the last message.
template <class Socket>
struct teardown_steps {
    using role_type = boost::beast::role_type;

    Socket& socket;
    role_type role;

    void start(error_code& ec) { shut_if(role_type::server, ec); }
    // Effects: unless ec is set, reads until a read sets it: to eof when the peer has ended its
    //   side.
    void drop_unread(error_code& ec) {
        std::array<char, 2048> unread;
        while (!ec.failed()) {
            socket.read_some(asio::buffer(unread), ec);
        }
    }
    // Effects: closes, whatever ec is; ec becomes the result of the teardown, in which the end of
    //   the stream is success. Beside another error, one of the close goes to the failure handler.
    void finish(error_code& ec) {
        if (ec == asio::error::eof) {
            ec.clear();
            shut_if(role_type::client, ec);
        }
        if (ec.failed()) {
            socket.reset();
        } else {
            socket.close(ec);
        }
    }

private:
    void shut_if(role_type mine, error_code& ec) {
        ec.clear();
        if (role == mine) {
            socket.shutdown(asio::socket_base::shutdown_send, ec);
        }
    }
};

template <class Socket>
struct teardown_operation : teardown_steps<Socket> {
    bool waiting = false;

    // Effects: the steps before the first wait. ec is would_block if a wait is needed.
    void begin(error_code& ec) {
        this->socket.non_blocking(true, ec);
        if (!ec.failed()) {
            this->start(ec);
        }
        this->drop_unread(ec);
    }
    template <class Self>
    void operator()(Self& self, error_code ec = asio::error::would_block) {
        if (!waiting) {
            waiting = true;
            self.reset_cancellation_state(asio::enable_total_cancellation());
        }
        this->drop_unread(ec);
        if (ec == asio::error::would_block) {
            if (self.cancelled() == asio::cancellation_type::none) {
                this->socket.async_wait(asio::socket_base::wait_read, std::move(self));
                return;
            }
            ec = asio::error::operation_aborted;
        }
        this->finish(ec);
        self.complete(ec);
    }
};

template <class Socket>
struct start_teardown : initiation<Socket> {
    template <class Handler>
    void operator()(Handler&& handler, boost::beast::role_type role) const {
        Socket& ending = *this->socket;
        teardown_operation<Socket> operation{{ending, role}};
        error_code ec;
        operation.begin(ec);
        if (ec == asio::error::would_block) {
            asio::async_compose<Handler, void(error_code)>(std::move(operation), handler, ending);
            return;
        }
        operation.finish(ec);
        complete_at_start(ending.get_executor(), std::forward<Handler>(handler), ec);
    }
};

}  // namespace detail

// For Beast: the end of a WebSocket connection, after both close frames (RFC 6455, 7.1.1).
// Effects: a server shuts its sending side down; reads, and drops what it reads, until the peer has
//   ended its side, which may block; a client shuts its sending side down then. Closes the socket,
//   also with an error; without one, the close waits as SO_LINGER says, as close() does.
// Errors: ec: of shutdown, receive or close; the end of the stream is not an error. would_block if
//   the socket is non_blocking() and the peer has not ended its side.
// Allocates: nothing.
// Thread safety: as a use of the socket.
template <class Protocol, class Executor>
void teardown(boost::beast::role_type role, stream_socket<Protocol, Executor>& socket,
              boost::system::error_code& ec) {
    detail::teardown_steps<stream_socket<Protocol, Executor>> steps{socket, role};
    steps.start(ec);
    steps.drop_unread(ec);
    steps.finish(ec);
}

// The same, asynchronously; the completion signature is void(error_code).
// Effects: the socket becomes non_blocking(). What is left to be done without waiting is done in
//   the call that starts the operation. The close waits as SO_LINGER says, here as well. Every type
//   of cancellation is supported; the socket is closed then, too.
// Requires: the socket lives, unmoved, until the operation completes, as Beast's stream does.
// Errors: as teardown, but not would_block; operation_aborted if the operation is cancelled.
// Allocates: with the handler's allocator.
// Thread safety: as a use of the socket.
template <class Protocol, class Executor,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code)) Token>
auto async_teardown(boost::beast::role_type role, stream_socket<Protocol, Executor>& socket,
                    Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
        detail::start_teardown<stream_socket<Protocol, Executor>>{{&socket}}, token, role);
}

// For Beast: when a timeout has passed.
// Effects: as socket.reset(): pending operations complete with operation_aborted, an error of the
//   close goes to the failure handler, and the close waits for nothing, whatever SO_LINGER says.
// Allocates: nothing.
// Thread safety: as a use of the socket.
template <class Protocol, class Executor>
void beast_close_socket(stream_socket<Protocol, Executor>& socket) {
    socket.reset();
}

}  // namespace handrail
