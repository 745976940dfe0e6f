// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sockets as owners, and as Asio's users expect them.

#include "tests/support/owners.hpp"

#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::local_socket;
using handrail::tcp_acceptor;
using handrail::tcp_socket;
using boost::system::error_code;
using lines = std::vector<std::string>;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

void say(std::string what) { note(std::move(what)); }

tcp::endpoint loopback(unsigned short port = 0) { return {asio::ip::address_v4::loopback(), port}; }

bool is_close_on_exec(int fd) { return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0; }

struct network {
    asio::io_context context;
    tcp_acceptor acceptor{context, loopback()};
    network() { take_events(); }

    // Runs what is ready until done.
    void run() {
        context.restart();
        context.run();
    }
    std::pair<tcp_socket, tcp_socket> connected() {
        tcp_socket client(context);
        client.connect(acceptor.local_endpoint());
        return {std::move(client), acceptor.accept()};
    }
};

std::string text_of(std::array<char, 4> const& bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(owners, network)

BOOST_AUTO_TEST_CASE(a_socket_is_closed_first_then_its_cleanups_run) {
    auto [client, server] = connected();
    {
        tcp_socket ended = std::move(server);
        add_cleanup(ended, &say, std::string("a"));
        add_cleanup(ended, &say, std::string("b"));
    }
    BOOST_TEST(take_events() == (lines{"b", "a"}));
    std::array<char, 4> bytes;
    error_code ec;
    client.read_some(asio::buffer(bytes), ec);
    BOOST_TEST(ec == asio::error::eof);
}

BOOST_AUTO_TEST_CASE(cleanups_move_along_and_the_moved_from_socket_is_empty) {
    auto [client, server] = connected();
    auto token = add_cleanup(client, &say, std::string("moved"));
    tcp_socket moved = std::move(client);
    BOOST_TEST(!client.is_open());
    BOOST_TEST(token.pending());
    BOOST_CHECK_THROW(add_cleanup(client, [] {}), std::invalid_argument);
    moved.close();
    BOOST_TEST(take_events() == lines{"moved"});
}

BOOST_AUTO_TEST_CASE(move_assignment_ends_what_was_there) {
    auto [client, server] = connected();
    add_cleanup(client, &say, std::string("ended"));
    client = std::move(server);
    BOOST_TEST(client.is_open());
    BOOST_TEST(take_events() == lines{"ended"});
}

BOOST_AUTO_TEST_CASE(a_second_close_reports_nothing) {
    auto [client, server] = connected();
    add_cleanup(client, &say, std::string("once"));
    client.close();
    error_code ec = asio::error::eof;
    client.close(ec);
    BOOST_TEST(!ec);
    BOOST_TEST(take_events() == lines{"once"});
}

BOOST_AUTO_TEST_CASE(release_hands_over_and_drops_the_cleanups) {
    auto [client, server] = connected();
    add_cleanup(client, &say, std::string("never"));
    int const fd = client.release();
    BOOST_TEST(!client.is_open());
    tcp_socket adopted(context, tcp::v4(), fd);
    BOOST_TEST(is_close_on_exec(fd));
    asio::write(adopted, asio::buffer("ping", 4));
    std::array<char, 4> bytes;
    asio::read(server, asio::buffer(bytes));
    BOOST_TEST(text_of(bytes) == "ping");
    BOOST_TEST(take_events().empty());
}

BOOST_AUTO_TEST_CASE(a_deferred_socket_is_closed_by_the_runner) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    auto [client, server] = connected();
    {
        tcp_socket ended = std::move(server);
        handrail::set_runner(ended, runner);
        handrail::defer_close(ended);
        add_cleanup(ended, &say, std::string("after the close"));
    }
    std::array<char, 4> bytes;
    error_code ec;
    client.non_blocking(true);
    client.read_some(asio::buffer(bytes), ec);
    BOOST_TEST(ec == asio::error::would_block);
    queue->run_one();
    BOOST_TEST(take_events() == lines{"after the close"});
    client.non_blocking(false);
    client.read_some(asio::buffer(bytes), ec);
    BOOST_TEST(ec == asio::error::eof);
}

BOOST_AUTO_TEST_CASE(an_acceptor_is_an_owner) {
    {
        tcp_acceptor other(context, loopback());
        add_cleanup(other, &say, std::string("acceptor"));
    }
    BOOST_TEST(take_events() == lines{"acceptor"});
}

BOOST_AUTO_TEST_CASE(connecting_again_keeps_the_cleanups_of_the_owner) {
    tcp_socket client(context, tcp::v4());
    add_cleanup(client, &say, std::string("kept"));
    std::array const endpoints{loopback(1), acceptor.local_endpoint()};
    BOOST_TEST(handrail::connect(client, endpoints) == endpoints[1]);
    BOOST_TEST(take_events().empty());
    client.close();
    BOOST_TEST(take_events() == lines{"kept"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(sockets, network)

BOOST_AUTO_TEST_CASE(every_descriptor_is_close_on_exec) {
    auto [client, server] = connected();
    local_socket a(context), b(context);
    handrail::connect_pair(a, b);
    tcp_socket opened(context, tcp::v6());
    std::optional<tcp_socket> accepted;
    tcp_socket other(context);
    other.async_connect(acceptor.local_endpoint(), [](error_code) {});
    acceptor.async_accept([&](error_code, tcp_socket s) { accepted.emplace(std::move(s)); });
    run();
    BOOST_TEST_REQUIRE(accepted.has_value());
    for (int fd : {acceptor.native_handle(), client.native_handle(), server.native_handle(), a.native_handle(),
                   b.native_handle(), opened.native_handle(), other.native_handle(), accepted->native_handle()}) {
        BOOST_TEST(is_close_on_exec(fd));
    }
}

BOOST_AUTO_TEST_CASE(a_connected_pair_talks) {
    local_socket a(context), b(context);
    handrail::connect_pair(a, b);
    asio::write(a, asio::buffer("ping", 4));
    std::array<char, 4> bytes;
    asio::read(b, asio::buffer(bytes));
    BOOST_TEST(text_of(bytes) == "ping");
}

BOOST_AUTO_TEST_CASE(a_refused_connection_names_operation_and_peer) {
    tcp_socket client(context);
    try {
        client.connect(loopback(1));
        BOOST_ERROR("connected");
    } catch (boost::system::system_error const& e) {
        BOOST_TEST(e.code() == asio::error::connection_refused);
        BOOST_TEST(std::string(e.what()).find("connect \"127.0.0.1:1\"") == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_port_in_use_names_operation_and_address) {
    try {
        tcp_acceptor second(context, acceptor.local_endpoint(), false);
        BOOST_ERROR("bound");
    } catch (boost::system::system_error const& e) {
        BOOST_TEST(e.code() == asio::error::address_in_use);
        BOOST_TEST(std::string(e.what()).find("bind \"127.0.0.1:") == 0U);
    }
}

BOOST_AUTO_TEST_CASE(an_address_that_cannot_be_parsed_is_asio_s_error) {
    error_code ec;
    asio::ip::make_address("1.2.3.four", ec);
    BOOST_TEST(ec == boost::system::errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(an_empty_range_of_endpoints_is_not_found) {
    tcp_socket client(context);
    error_code ec;
    handrail::connect(client, std::vector<tcp::endpoint>(), ec);
    BOOST_TEST(ec == asio::error::not_found);
    error_code async_ec;
    handrail::async_connect(client, std::vector<tcp::endpoint>(), [&](error_code e, tcp::endpoint) { async_ec = e; });
    BOOST_TEST(!async_ec);  // not from within the initiating function
    run();
    BOOST_TEST(async_ec == asio::error::not_found);
}

BOOST_AUTO_TEST_CASE(async_connect_tries_the_endpoints_in_turn) {
    tcp_socket client(context);
    std::array const endpoints{loopback(1), acceptor.local_endpoint()};
    tcp::endpoint reached;
    handrail::async_connect(client, endpoints, [&](error_code ec, tcp::endpoint e) {
        BOOST_TEST(!ec);
        reached = e;
    });
    run();
    BOOST_TEST(reached == endpoints[1]);
    BOOST_TEST(is_close_on_exec(client.native_handle()));
}

BOOST_AUTO_TEST_CASE(closing_cancels_a_pending_read) {
    auto [client, server] = connected();
    std::array<char, 4> bytes;
    error_code result;
    client.async_read_some(asio::buffer(bytes), [&](error_code ec, std::size_t) { result = ec; });
    client.close();
    run();
    BOOST_TEST(result == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(operations_on_a_closed_socket_are_bad_descriptors) {
    tcp_socket closed(context);
    std::array<char, 4> bytes;
    error_code ec;
    closed.read_some(asio::buffer(bytes), ec);
    BOOST_TEST(ec == asio::error::bad_descriptor);
    error_code async_ec;
    closed.async_read_some(asio::buffer(bytes), [&](error_code e, std::size_t) { async_ec = e; });
    run();
    BOOST_TEST(async_ec == asio::error::bad_descriptor);
}

BOOST_AUTO_TEST_CASE(a_non_blocking_accept_without_a_client_would_block) {
    acceptor.non_blocking(true);
    error_code ec;
    auto const none = acceptor.accept(ec);
    BOOST_TEST(ec == asio::error::would_block);
}

BOOST_AUTO_TEST_CASE(accept_into_an_open_socket_is_refused) {
    auto [client, server] = connected();
    error_code ec;
    acceptor.accept(server, ec);
    BOOST_TEST(ec == asio::error::already_open);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(accepting, network)

BOOST_AUTO_TEST_CASE(async_accept_gives_a_connected_socket) {
    tcp_socket client(context);
    client.async_connect(acceptor.local_endpoint(), [](error_code) {});
    std::optional<tcp_socket> accepted;
    acceptor.async_accept([&](error_code ec, tcp_socket s) {
        BOOST_TEST(!ec);
        accepted.emplace(std::move(s));
    });
    run();
    BOOST_TEST_REQUIRE(accepted.has_value());
    BOOST_TEST(accepted->remote_endpoint() == client.local_endpoint());
}

BOOST_AUTO_TEST_CASE(async_accept_fills_a_given_socket_and_tells_the_peer) {
    tcp_socket client(context), server(context);
    tcp::endpoint peer;
    bool accepted = false;
    acceptor.async_accept(server, peer, [&](error_code ec) { accepted = !ec; });
    client.async_connect(acceptor.local_endpoint(), [](error_code) {});
    run();
    BOOST_TEST(accepted);
    BOOST_TEST(peer == client.local_endpoint());
}

BOOST_AUTO_TEST_CASE(an_acceptor_destroyed_while_it_waits_aborts_the_operation) {
    error_code result;
    {
        tcp_acceptor short_lived(context, loopback());
        short_lived.async_accept([&](error_code ec, tcp_socket) { result = ec; });
        context.poll();  // the wait has begun
    }
    run();
    BOOST_TEST(result == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(an_acceptor_destroyed_after_the_wait_but_before_the_accept_aborts_the_operation) {
    std::optional<tcp_acceptor> short_lived(std::in_place, context, loopback());
    error_code result;
    short_lived->async_accept([&](error_code ec, tcp_socket) { result = ec; });
    context.poll();
    tcp_socket client(context);
    client.connect(short_lived->local_endpoint());
    // Queued behind the end of the wait: a handler that destroys the acceptor runs first.
    asio::post(context, [&] { short_lived.reset(); });
    run();
    BOOST_TEST((result == asio::error::operation_aborted || !result));
    BOOST_TEST(!short_lived.has_value());
}

BOOST_AUTO_TEST_CASE(an_acceptor_may_be_moved_while_it_waits) {
    std::optional<tcp_socket> accepted;
    acceptor.async_accept([&](error_code, tcp_socket s) { accepted.emplace(std::move(s)); });
    context.poll();
    tcp_acceptor moved = std::move(acceptor);
    tcp_socket client(context);
    client.connect(moved.local_endpoint());
    run();
    BOOST_TEST_REQUIRE(accepted.has_value());
    BOOST_TEST(accepted->is_open());
}

BOOST_AUTO_TEST_CASE(a_closed_acceptor_cannot_accept) {
    acceptor.close();
    error_code result;
    acceptor.async_accept([&](error_code ec, tcp_socket) { result = ec; });
    run();
    BOOST_TEST(result == asio::error::bad_descriptor);
}

BOOST_AUTO_TEST_CASE(out_of_descriptors_the_connection_stays_in_the_queue) {
    tcp_socket client(context);
    client.connect(acceptor.local_endpoint());
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 3;
    ::setrlimit(RLIMIT_NOFILE, &none);
    std::string what;
    try {
        static_cast<void>(acceptor.accept());
    } catch (boost::system::system_error const& e) {
        what = e.what();
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST(what.find("accept \"tcp acceptor 127.0.0.1:") == 0U);
    BOOST_TEST(acceptor.accept().is_open());
}

BOOST_AUTO_TEST_SUITE_END()
