// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Accepts connections, starts a session for each, and collects what sessions leave behind.
//
//     auto const running = handrail::make<chat::server>(context, port);
//     running->start();
//     context.run();    // until stop() was called and the last client is gone
//
// Thread safety: any thread, start() once.

#pragma once

#include "directory.hpp"
#include "ownership.hpp"

#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <string>

namespace chat {

class server : public handrail::enable_shared_from_this<server> {
public:
    // Errors: throws boost::system::system_error when the port is taken. Requires: made by
    //   handrail::make.
    server(boost::asio::io_context& context, std::uint16_t port);

    void start();
    // Effects: accepts no more connections, and disconnects all clients.
    void stop();

    boost::asio::ip::tcp::endpoint const& endpoint() const noexcept { return endpoint_; }
    std::string stats() const { return names_->stats(); }

private:
    static boost::asio::awaitable<void> accept(handrail::shared<server> self);
    static boost::asio::awaitable<void> tidy(handrail::shared<server> self);
    void start_session(handrail::tcp_socket socket);

    boost::asio::io_context& context_;
    owned<directory> const names_;
    handrail::tcp_acceptor acceptor_;  // used on its executor, a strand, as is the timer
    boost::asio::steady_timer timer_;
    boost::asio::ip::tcp::endpoint endpoint_;
};

}  // namespace chat
