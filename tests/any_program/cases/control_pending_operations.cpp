// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A server with an accept pending, and sessions with a read and a deadline pending. Its io_context
// runs when the program is examined.
//
// SILENT
// LEFT: 4 objects, 12 descriptors

#include "../case.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <list>
#include <memory>
#include <utility>

using boost::asio::steady_timer;
using boost::asio::ip::tcp;
using boost::system::error_code;

namespace echo {

struct session : std::enable_shared_from_this<session>, any_program::counted {
    explicit session(tcp::socket s) : socket(std::move(s)), deadline(socket.get_executor()) {}

    void read() {
        deadline.expires_after(std::chrono::minutes(1));
        deadline.async_wait([self = shared_from_this()](error_code ec) {
            if (!ec) {
                self->socket.close();
            }
        });
        socket.async_receive(boost::asio::buffer(data),
                             [self = shared_from_this()](error_code ec, std::size_t) {
                                 if (!ec) {
                                     self->read();
                                 }
                             });
    }

    tcp::socket socket;
    steady_timer deadline;
    char data[64];
};

void accept(tcp::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](error_code ec, tcp::socket s) {
        if (!ec) {
            std::make_shared<session>(std::move(s))->read();
            accept(acceptor);
        }
    });
}

}  // namespace echo

int main(int argc, char** argv) {
    boost::asio::io_context io;
    tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    echo::accept(acceptor);
    std::list<tcp::socket> clients;
    for (int i = 0; i != 4; ++i) {
        clients.emplace_back(io).connect(acceptor.local_endpoint());
    }
    // When all sessions read, nothing is ready any more.
    while (io.poll() != 0) {
    }
    boost::asio::post(io, [=] {
        any_program::stay(argc, argv);
        std::exit(0);
    });
    io.run();
}
