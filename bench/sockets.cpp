// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One round trip of 64 bytes over loopback: a guarded socket compared with Asio's own, with the
// same io_context and the same handlers.

#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>

namespace {

namespace asio = boost::asio;
using message = std::array<char, 64>;

// Sends from one end, echoes at the other, reads back; one handler runs per step.
template <class Socket>
class round_trip {
public:
    round_trip(Socket& client, Socket& server, asio::io_context& context)
        : client_(client), server_(server), context_(context) {}

    void run() {
        client_.async_write_some(asio::buffer(sent_), [this](auto, std::size_t) { receive(); });
        context_.run();
        context_.restart();
    }

private:
    void receive() {
        server_.async_read_some(asio::buffer(echoed_), [this](auto, std::size_t) {
            server_.async_write_some(asio::buffer(echoed_), [this](auto, std::size_t) {
                client_.async_read_some(asio::buffer(received_), [](auto, std::size_t) {});
            });
        });
    }

    Socket& client_;
    Socket& server_;
    asio::io_context& context_;
    message sent_{}, echoed_{}, received_{};
};

template <class Socket, class Acceptor>
void echo(benchmark::State& state) {
    asio::io_context context;
    Acceptor acceptor(context, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    Socket client(context);
    client.connect(acceptor.local_endpoint());
    Socket server(context);
    acceptor.accept(server);
    client.set_option(asio::ip::tcp::no_delay(true));
    server.set_option(asio::ip::tcp::no_delay(true));
    round_trip<Socket> trip(client, server, context);
    for (auto _ : state) {
        trip.run();
    }
}

void echo_asio(benchmark::State& state) {
    echo<asio::ip::tcp::socket, asio::ip::tcp::acceptor>(state);
}
BENCHMARK(echo_asio);

void echo_handrail(benchmark::State& state) {
    echo<handrail::tcp_socket, handrail::tcp_acceptor>(state);
}
BENCHMARK(echo_handrail);

}  // namespace
