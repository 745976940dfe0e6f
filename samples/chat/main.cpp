// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A chat server: chat [PORT]. SIGINT and SIGTERM stop it.

#include "ownership.hpp"
#include "server.hpp"

#include <handrail/shared.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

namespace {

namespace asio = boost::asio;

constexpr int threads = 2;

void serve(std::uint16_t port) {
    asio::io_context context(threads);
    auto const running = handrail::make<chat::server>(context, port);
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code const&, int) { running->stop(); });
    running->start();
    std::cout << "chat at " << running->endpoint() << ", owned by " << chat::ownership << std::endl;
    {
        std::jthread const other([&] { context.run(); });
        context.run();
    }
    chat::end_unreachable();  // before the context that their sockets use
    std::cout << "stopped: " << running->stats() << std::endl;
}

}  // namespace

int main(int argc, char** argv) try {
    unsigned long const port = argc > 1 ? std::stoul(argv[1]) : 0;
    serve(static_cast<std::uint16_t>(port));
} catch (std::exception const& e) {
    std::cerr << "chat: " << e.what() << std::endl;
    return 2;
}
