// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "server.hpp"

#include "session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <iostream>
#include <utility>

namespace chat {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds pause{100};

asio::any_io_executor new_strand(asio::io_context& context) {
    return asio::make_strand(context.get_executor());
}

}  // namespace

server::server(asio::io_context& context, std::uint16_t port)
    : context_(context),
      names_(chat::make<directory>()),
      acceptor_(new_strand(context),
                asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port)),
      timer_(acceptor_.get_executor()),
      endpoint_(acceptor_.local_endpoint()) {}

void server::start() {
    asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), asio::detached);
    asio::co_spawn(acceptor_.get_executor(), tidy(shared_from_this()), asio::detached);
}

void server::stop() {
    asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
        error_code ignored;  // the acceptor is closed even if close() reports an error
        self->acceptor_.close(ignored);
        self->timer_.cancel();
        self->names_->connected.hang_up();
    });
}

asio::awaitable<void> server::accept(handrail::shared<server> self) {
    while (self->acceptor_.is_open()) {
        auto [ec, socket] =
            co_await self->acceptor_.async_accept(new_strand(self->context_), awaited);
        if (!ec.failed()) {
            self->start_session(std::move(socket));
        } else if (ec != asio::error::operation_aborted) {
            // Usually out of descriptors: an attempt without a pause would spin.
            std::cerr << "chat: accept: " << ec.message() << std::endl;
            asio::steady_timer timer(self->acceptor_.get_executor(), pause);
            co_await timer.async_wait(awaited);
        }
    }
}

// More sessions than connections: a client has left, and its rooms may be garbage.
asio::awaitable<void> server::tidy(handrail::shared<server> self) {
    while (self->acceptor_.is_open()) {
        self->timer_.expires_after(pause);
        co_await self->timer_.async_wait(awaited);
        if (session::alive() > self->names_->connected.count()) {
            end_unreachable();
        }
    }
}

void server::start_session(handrail::tcp_socket socket) {
    auto const fresh = chat::make<session>(std::move(socket), names_);
    names_->connected.add(fresh);
    asio::co_spawn(fresh->get_executor(), session::run(fresh), asio::detached);
}

}  // namespace chat
