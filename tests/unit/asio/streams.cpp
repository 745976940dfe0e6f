// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Guarded sockets under coroutines, futures and Beast.

#include <handrail/asio/beast.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <optional>
#include <string>
#include <thread>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;
using handrail::local_socket;

namespace {

struct pair {
    asio::io_context context;
    local_socket a{context};
    local_socket b{context};
    pair() { handrail::connect_pair(a, b); }
};

asio::awaitable<void> echo_once(local_socket& socket) {
    std::array<char, 4> bytes;
    co_await asio::async_read(socket, asio::buffer(bytes), asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
}

int closed = 0;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(streams, pair)

BOOST_AUTO_TEST_CASE(coroutines_read_and_write) {
    std::string answer(4, ' ');
    asio::co_spawn(context, echo_once(b), asio::detached);
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            co_await asio::async_write(a, asio::buffer("ping", 4), asio::use_awaitable);
            co_await asio::async_read(a, asio::buffer(answer), asio::use_awaitable);
        },
        asio::detached);
    context.run();
    BOOST_TEST(answer == "ping");
}

BOOST_AUTO_TEST_CASE(sockets_take_a_default_token) {
    namespace ip = asio::ip;
    using token = asio::use_awaitable_t<>;
    bool answered = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            auto acceptor = token::as_default_on(
                handrail::tcp_acceptor(context, {ip::address_v4::loopback(), 0}));
            auto client = token::as_default_on(handrail::tcp_socket(context));
            auto const where = acceptor.local_endpoint();
            asio::co_spawn(context, client.async_connect(where), asio::detached);
            auto server = co_await acceptor.async_accept();
            co_await server.async_write_some(asio::buffer("ping", 4));
            std::array<char, 4> bytes;
            answered = co_await client.async_read_some(asio::buffer(bytes)) == 4;
        },
        asio::detached);
    context.run();
    BOOST_TEST(answered);
}

BOOST_AUTO_TEST_CASE(a_future_waits_for_an_operation) {
    std::array<char, 4> bytes;
    auto future = b.async_read_some(asio::buffer(bytes), asio::use_future);
    asio::write(a, asio::buffer("ping", 4));
    context.run();
    BOOST_TEST(future.get() == 4U);
}

BOOST_AUTO_TEST_CASE(http_requests_and_responses_pass) {
    http::request<http::string_body> request(http::verb::get, "/", 11, "body");
    request.prepare_payload();
    http::write(a, request);
    beast::flat_buffer buffer;
    http::request<http::string_body> received;
    http::read(b, buffer, received);
    BOOST_TEST(received.body() == "body");
}

BOOST_AUTO_TEST_CASE(a_websocket_echoes_and_closes_cleanly_from_both_sides) {
    closed = 0;
    for (local_socket* socket : {&a, &b}) {
        handrail::add_cleanup(*socket, [] { ++closed; });
    }
    websocket::stream<local_socket> client(std::move(a)), server(std::move(b));
    error_code accepted, shaken, read, written, closing;
    beast::flat_buffer at_server, at_client;
    server.async_accept([&](error_code ec) {
        accepted = ec;
        server.async_read(at_server, [&](error_code, std::size_t) {
            server.async_write(at_server.data(), [&](error_code, std::size_t) {
                server.async_read(at_client, [&](error_code e, std::size_t) { closing = e; });
            });
        });
    });
    std::string const text = "over the web";
    client.async_handshake("localhost", "/", [&](error_code ec) {
        shaken = ec;
        client.async_write(asio::buffer(text), [&](error_code e, std::size_t) {
            written = e;
            client.async_read(at_client, [&](error_code r, std::size_t) {
                read = r;
                BOOST_TEST(beast::buffers_to_string(at_client.data()) == text);
                client.async_close(websocket::close_code::normal,
                                   [&](error_code c) { BOOST_TEST(!c); });
            });
        });
    });
    context.run();
    for (error_code const& ec : {accepted, shaken, read, written}) {
        BOOST_TEST(!ec);
    }
    BOOST_TEST((closing == websocket::error::closed));
    BOOST_TEST(closed == 2);
}

// RFC 6455, 7.1.1: the server closes first, so that TIME_WAIT stays with it, and not with the
// client, which could not connect from that port again.
BOOST_AUTO_TEST_CASE(the_client_waits_until_the_server_has_ended_its_side) {
    std::optional<error_code> torn_down;
    async_teardown(beast::role_type::client, a, [&](error_code ec) { torn_down = ec; });
    asio::write(b, asio::buffer("unread", 6));
    context.poll();
    BOOST_TEST(!torn_down.has_value());
    error_code ec;
    std::array<char, 4> bytes;
    b.non_blocking(true);
    b.read_some(asio::buffer(bytes), ec);
    BOOST_TEST(ec == asio::error::would_block);
    b.shutdown(local_socket::shutdown_send);
    context.restart();
    context.run();
    BOOST_TEST((torn_down == error_code()));
    BOOST_TEST(!a.is_open());
}

// The wait has ended when the operation is cancelled, but its handler has not run: its executor is
// that of another context.
BOOST_AUTO_TEST_CASE(a_teardown_that_is_cancelled_between_two_waits_is_aborted) {
    std::optional<error_code> torn_down;
    asio::io_context handlers;
    asio::cancellation_signal stop;
    async_teardown(
        beast::role_type::server, a,
        asio::bind_executor(handlers, asio::bind_cancellation_slot(
                                          stop.slot(), [&](error_code ec) { torn_down = ec; })));
    context.poll();
    asio::write(b, asio::buffer("unread", 6));
    context.poll();
    stop.emit(asio::cancellation_type::total);
    handlers.poll();
    BOOST_TEST((torn_down == asio::error::operation_aborted));
    BOOST_TEST(!a.is_open());
}

BOOST_AUTO_TEST_CASE(tearing_down_a_closed_socket_completes_later_with_bad_descriptor) {
    a.close();
    std::optional<error_code> torn_down;
    async_teardown(beast::role_type::server, a, [&](error_code ec) { torn_down = ec; });
    BOOST_TEST(!torn_down.has_value());
    context.run();
    BOOST_TEST((torn_down == asio::error::bad_descriptor));
}

BOOST_AUTO_TEST_CASE(a_websocket_closes_cleanly_by_synchronous_calls) {
    websocket::stream<local_socket> client(std::move(a)), server(std::move(b));
    std::thread peer([&] {
        server.accept();
        beast::flat_buffer buffer;
        error_code ec;
        server.read(buffer, ec);
    });
    client.handshake("localhost", "/");
    error_code ec;
    client.close(websocket::close_code::normal, ec);
    BOOST_TEST(!ec);
    peer.join();
    BOOST_TEST(!client.next_layer().is_open());
    BOOST_TEST(!server.next_layer().is_open());
}

BOOST_AUTO_TEST_SUITE_END()
