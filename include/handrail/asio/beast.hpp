// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Guarded sockets under Boost.Beast: include this where beast::websocket::stream or Beast's HTTP functions get one.
//
//     boost::beast::websocket::stream<handrail::tcp_socket> chat(std::move(socket));
//     chat.accept();
//
// Beast ends a WebSocket connection through three functions that it finds by argument-dependent lookup:
// teardown, async_teardown and beast_close_socket (documentation of boost::beast::websocket::teardown).

#pragma once

#include <handrail/asio/stream_socket.hpp>

#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/role.hpp>

#include <array>
#include <utility>

namespace handrail {

namespace detail {

// Shuts down, then reads until the peer has closed: a close with unread bytes would reset the connection and may take the last
// message from the peer (RFC 6455, 7.1.1).
template <class Socket>
struct teardown_operation {
    Socket& socket;
    bool begun = false;

    template <class Self>
    void operator()(Self& self, error_code ec = {}, std::size_t = 0) {
        if (!begun) {
            begun = true;
            socket.shutdown(asio::socket_base::shutdown_send, ec);
            wait(self);
        } else if (ec.failed()) {
            finish(self, ec == asio::error::eof ? error_code() : ec);
        } else {
            drop_unread(self);
        }
    }

private:
    template <class Self>
    void wait(Self& self) {
        socket.async_wait(asio::socket_base::wait_read, std::move(self));
    }
    template <class Self>
    void drop_unread(Self& self) {
        std::array<char, 2048> unread;
        error_code ec;
        bool const blocking = !socket.non_blocking();
        socket.non_blocking(true, ec);
        socket.read_some(asio::buffer(unread), ec);
        if (blocking) {
            error_code ignored;  // the read's error is the one that counts
            socket.non_blocking(false, ignored);
        }
        if (!ec.failed() || ec == asio::error::would_block) {
            wait(self);
        } else {
            finish(self, ec == asio::error::eof ? error_code() : ec);
        }
    }
    template <class Self>
    void finish(Self& self, error_code ec) {
        error_code ignored;  // the connection is over either way
        socket.close(ignored);
        self.complete(ec);
    }
};

}  // namespace detail

template <class Protocol, class Executor>
void teardown(boost::beast::role_type, stream_socket<Protocol, Executor>& socket,
              boost::system::error_code& ec) {
    socket.shutdown(boost::asio::socket_base::shutdown_send, ec);
    std::array<char, 2048> unread;
    while (!ec.failed()) {
        socket.read_some(boost::asio::buffer(unread), ec);
    }
    if (ec == boost::asio::error::eof) {
        ec.clear();
    }
    boost::system::error_code ignored;  // the connection is over either way
    socket.close(ignored);
}

// Requires: the socket lives until the handler is called, as Beast's stream does.
template <class Protocol, class Executor, class Handler>
void async_teardown(boost::beast::role_type, stream_socket<Protocol, Executor>& socket,
                    Handler&& handler) {
    boost::asio::async_compose<Handler, void(boost::system::error_code)>(
        detail::teardown_operation<stream_socket<Protocol, Executor>>{socket}, handler, socket);
}

template <class Protocol, class Executor>
void beast_close_socket(stream_socket<Protocol, Executor>& socket) {
    boost::system::error_code ignored;  // Beast asks for no error here
    socket.close(ignored);
}

}  // namespace handrail
