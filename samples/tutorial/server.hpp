// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The server of the chapters: accepts connections and starts a session for each. The chapters
// differ in the acceptor, Asio's or handrail's, and in the session.

#pragma once

#include "clients.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <utility>

namespace tutorial {

// make_session takes a connected socket and returns a pointer to an object with start().
template <class Acceptor, class MakeSession>
class server {
public:
    server(boost::asio::io_context& context, MakeSession make_session)
        : acceptor_(context, {boost::asio::ip::address_v4::loopback(), 0}),
          make_session_(std::move(make_session)) {}

    boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

    // Effects: accepts count connections, one after the other.
    void accept(int count) {
        acceptor_.async_accept([this, count](boost::system::error_code ec, auto socket) {
            if (!ec) {
                make_session_(std::move(socket))->start();
            }
            if (count > 1) {
                accept(count - 1);
            }
        });
    }

private:
    Acceptor acceptor_;
    MakeSession make_session_;
};

// Effects: serves the clients. Returns when they have left and no operation is pending.
template <class Acceptor, class MakeSession>
void serve_clients(boost::asio::io_context& context, MakeSession make_session) {
    server<Acceptor, MakeSession> echo(context, std::move(make_session));
    echo.accept(client_count);
    start_clients(context, echo.endpoint());
    context.run();
}

}  // namespace tutorial
