// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An echo server and three clients, in one process. docs/leak-check.md shows how its leak is found:
// leak_hunt_leaking and leak_hunt_fixed differ in one function.

#include "session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using leak_hunt::session;

constexpr int clients = 3;

asio::awaitable<void> serve(handrail::tcp_acceptor& acceptor) {
    for (int served = 0; served != clients; ++served) {
        auto socket = co_await acceptor.async_accept(use_awaitable);
        handrail::make<session>(std::move(socket))->start();
    }
}

asio::awaitable<void> talk(tcp::endpoint server) {
    handrail::tcp_socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(server, use_awaitable);
    std::string_view const sent = "hello";
    co_await asio::async_write(socket, asio::buffer(sent), use_awaitable);
    std::string heard(sent.size(), '\0');
    co_await asio::async_read(socket, asio::buffer(heard), use_awaitable);
}

void rethrow(std::exception_ptr failed) {
    if (failed) {
        std::rethrow_exception(failed);
    }
}

void run() {
    asio::io_context context;
    handrail::tcp_acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    asio::co_spawn(context, serve(acceptor), &rethrow);
    for (int i = 0; i != clients; ++i) {
        asio::co_spawn(context, talk(acceptor.local_endpoint()), &rethrow);
    }
    context.run();
    std::cout << clients << " clients served, " << session::alive() << " sessions still there"
              << std::endl;
}

}  // namespace

int main() {
    try {
        run();
    } catch (std::exception const& e) {
        std::cerr << "leak_hunt: " << e.what() << '\n';
        return 1;
    }
}
