// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Chapter 6 of docs/tutorial: a suite that fails if a session leaks. Compiled with LEAKING_SESSION,
// the session is that of chapter 2, and the case must fail.

#define BOOST_TEST_MODULE tutorial
#include "samples/tutorial/server.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/socket.hpp>
#include <handrail/testing/boost_test.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

#ifdef LEAKING_SESSION
constexpr bool leaks = true;
#else
constexpr bool leaks = false;
#endif

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(handrail::tcp_socket socket) : socket_(std::move(socket)) {}

    void start() {
        if constexpr (leaks) {
            on_end_ = [self = shared_from_this()] {};
        }
        asio::co_spawn(socket_.get_executor(), run(shared_from_this()), asio::detached);
    }

private:
    static asio::awaitable<void> run(std::shared_ptr<session> self) {
        std::array<char, 512> buffer;
        for (;;) {
            std::size_t const size =
                co_await self->socket_.async_read_some(asio::buffer(buffer), use_awaitable);
            co_await asio::async_write(self->socket_, asio::buffer(buffer, size), use_awaitable);
        }
    }

    handrail::tcp_socket socket_;
    std::function<void()> on_end_;
};

}  // namespace

using handrail::testing::no_leaks;

BOOST_FIXTURE_TEST_SUITE(sessions, no_leaks)

BOOST_AUTO_TEST_CASE(a_session_ends_when_its_client_has_left) {
    boost::asio::io_context context;
    tutorial::serve_clients<handrail::tcp_acceptor>(context, [](handrail::tcp_socket socket) {
        return std::make_shared<session>(std::move(socket));
    });
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// Lives as long as the process. The suite above does not report it.
void listen_for_ever() {
    static asio::io_context context;
    static handrail::tcp_acceptor listener(context, {asio::ip::address_v4::loopback(), 0});
    handrail::leak_check::mark_intentional(listener, "the server listens until the process ends");
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_handle_marked_as_intentional_does_not_fail, no_leaks) {
    listen_for_ever();
}
