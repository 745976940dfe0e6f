// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Chapter 2: the same server with handles of handrail, which have names.

#include "server.hpp"

#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <utility>

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(handrail::tcp_socket socket) : socket_(std::move(socket)) {}

    void start() {
        on_end_ = [self = shared_from_this()] {
            std::cout << "a client sent " << self->echoed_ << " bytes" << std::endl;
        };
        asio::co_spawn(socket_.get_executor(), run(shared_from_this()),
                       [self = shared_from_this()](std::exception_ptr) { self->on_end_(); });
    }

private:
    // Echoes until the client leaves. The coroutine holds the session as long as it runs.
    static asio::awaitable<void> run(std::shared_ptr<session> self) {
        std::array<char, 512> buffer;
        for (;;) {
            std::size_t const size =
                co_await self->socket_.async_read_some(asio::buffer(buffer), use_awaitable);
            co_await asio::async_write(self->socket_, asio::buffer(buffer, size), use_awaitable);
            self->echoed_ += size;
        }
    }

    handrail::tcp_socket socket_;
    std::function<void()> on_end_;
    std::size_t echoed_ = 0;
};

void chapter() {
    asio::io_context context;
    tutorial::serve_clients<handrail::tcp_acceptor>(context, [](handrail::tcp_socket socket) {
        return std::make_shared<session>(std::move(socket));
    });
    std::cout << "all clients have left; " << tutorial::open_sockets() << " sockets are open"
              << std::endl;
}

}  // namespace

int main() { return tutorial::run_chapter(&chapter); }
