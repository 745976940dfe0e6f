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
// 6455,
// 7.1.1). Both read until the peer has ended its side, because a close with unread bytes would
// reset the connection, and the peer might lose the last message.
template <class Socket>
struct teardown_steps {
    using role_type = boost::beast::role_type;

    Socket& socket;
    role_type role;

    void start(error_code& ec) { shut_if(role_type::server, ec); }
    void drop_unread(error_code& ec) {
        std::array<char, 2048> unread;
        socket.read_some(asio::buffer(unread), ec);
    }
    // Effects: closes, whatever ec is; ec becomes the result of the teardown, in which the end of
    //   the stream is success.
    void finish(error_code& ec) {
        if (ec == asio::error::eof) {
            ec.clear();
            shut_if(role_type::client, ec);
        }
        error_code closing;
        socket.close(closing);
        if (!ec.failed()) {
            ec = closing;
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
    enum class step { start, read, finished } at = step::start;

    template <class Self>
    void operator()(Self& self, error_code ec = {}) {
        if (at == step::finished) {
            self.complete(ec);
            return;
        }
        bool const first = at == step::start;
        if (first) {
            at = step::read;
            self.reset_cancellation_state(asio::enable_total_cancellation());
            this->socket.non_blocking(true, ec);
            if (!ec.failed()) {
                this->start(ec);
            }
        }
        while (!ec.failed()) {
            this->drop_unread(ec);
        }
        if (ec == asio::error::would_block) {
            this->socket.async_wait(asio::socket_base::wait_read, std::move(self));
            return;
        }
        this->finish(ec);
        if (first) {
            at = step::finished;
            auto const executor = this->socket.get_executor();
            complete_later(executor, std::move(self), ec);
        } else {
            self.complete(ec);
        }
    }
};

template <class Socket>
struct start_teardown : initiation<Socket> {
    template <class Handler>
    void operator()(Handler&& handler, boost::beast::role_type role) const {
        asio::async_compose<Handler, void(error_code)>(
            teardown_operation<Socket>{{*this->socket, role}}, handler, *this->socket);
    }
};

}  // namespace detail

// What Beast calls. Effects: ends the connection as RFC 6455 says, and closes the socket.
// Errors: ec, as stream_socket's functions report.
// Thread safety: as a use of the socket.
template <class Protocol, class Executor>
void teardown(boost::beast::role_type role, stream_socket<Protocol, Executor>& socket,
              boost::system::error_code& ec) {
    detail::teardown_steps<stream_socket<Protocol, Executor>> steps{socket, role};
    steps.start(ec);
    while (!ec.failed()) {
        steps.drop_unread(ec);
    }
    steps.finish(ec);
}

// The same, asynchronously; the completion signature is void(error_code). Every type of
// cancellation is supported.
// Requires: the socket lives, unmoved, until the operation completes, as Beast's stream does.
template <class Protocol, class Executor,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code)) Token>
auto async_teardown(boost::beast::role_type role, stream_socket<Protocol, Executor>& socket,
                    Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
        detail::start_teardown<stream_socket<Protocol, Executor>>{{&socket}}, token, role);
}

// What Beast calls when a timeout has passed. Effects: closes the socket; errors are ignored.
template <class Protocol, class Executor>
void beast_close_socket(stream_socket<Protocol, Executor>& socket) {
    boost::system::error_code ignored;  // Beast takes no error here
    socket.close(ignored);
}

}  // namespace handrail
