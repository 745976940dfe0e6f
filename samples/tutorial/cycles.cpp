// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Chapter 5: sessions and the room that they share refer to each other; the collector ends them.

#include "server.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstddef>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

class session;

// Who is connected.
class room {
public:
    void enter(handrail::shared<session> const& guest) { guests_.write()->emplace_back(guest); }
    std::size_t size() const { return guests_.read()->size(); }

private:
    handrail::traced<std::vector<handrail::edge<session>>> guests_;

public:
    using managed_edges = handrail::edges<&room::guests_>;
};

class session : public handrail::enable_shared_from_this<session> {
public:
    session(handrail::tcp_socket socket, handrail::shared<room> const& where)
        : socket_(std::move(socket)), room_(where) {
        handrail::add_cleanup(
            socket_,
            [](std::shared_ptr<std::size_t> echoed) {
                std::cout << "a client sent " << *echoed << " bytes" << std::endl;
            },
            echoed_);
    }

    void start() {
        room_->enter(shared_from_this());
        asio::co_spawn(socket_.get_executor(), run(shared_from_this()), asio::detached);
    }

private:
    // Echoes until the client leaves. The coroutine holds the session as long as it runs.
    static asio::awaitable<void> run(handrail::shared<session> self) {
        std::array<char, 512> buffer;
        for (;;) {
            std::size_t const size =
                co_await self->socket_.async_read_some(asio::buffer(buffer), use_awaitable);
            co_await asio::async_write(self->socket_, asio::buffer(buffer, size), use_awaitable);
            *self->echoed_ += size;
        }
    }

    handrail::tcp_socket socket_;
    handrail::edge<room> room_;
    std::shared_ptr<std::size_t> echoed_ = std::make_shared<std::size_t>(0);

public:
    using managed_edges = handrail::edges<&session::room_>;
};

void serve(asio::io_context& context) {
    auto const lobby = handrail::make<room>();
    tutorial::serve_clients<handrail::tcp_acceptor>(context, [&](handrail::tcp_socket socket) {
        return handrail::make<session>(std::move(socket), lobby);
    });
    std::cout << "the lobby has seen " << lobby->size() << " guests" << std::endl;
}

void chapter() {
    asio::io_context context;
    serve(context);
    std::cout << tutorial::open_sockets() << " sockets are open before collect()" << std::endl;
    handrail::heap::global().collect();
    std::cout << tutorial::open_sockets() << " sockets are open after it" << std::endl;
}

}  // namespace

int main() { return tutorial::run_chapter(&chapter); }
