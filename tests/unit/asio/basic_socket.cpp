// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What sockets and acceptors have in common, used through their common base.

#include "tests/unit/asio/network.hpp"

#include <handrail/asio/basic_socket.hpp>
#include <handrail/asio/runner.hpp>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>

using namespace asio_test;

namespace {

// A function over any socket of this library.
template <class IoObject>
int watch(handrail::basic_socket<IoObject>& any, std::string name) {
    any.non_blocking(true);
    add_cleanup(any, &note, std::move(name));
    return any.native_handle();
}

bool is_descriptor(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

bool talk(tcp_socket& a, tcp_socket& b) {
    asio::write(a, asio::buffer("ping", 4));
    four_bytes bytes;
    asio::read(b, asio::buffer(bytes));
    return text_of(bytes) == "ping";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(basic_sockets, network)

BOOST_AUTO_TEST_CASE(one_function_takes_sockets_and_acceptors_of_every_protocol) {
    {
        tcp_socket stream(context, tcp::v4());
        local_socket local(context, asio::local::stream_protocol());
        tcp_acceptor listener(context, loopback());
        BOOST_TEST(watch(stream, "stream") == stream.native_handle());
        BOOST_TEST(watch(local, "local") == local.native_handle());
        BOOST_TEST(watch(listener, "listener") == listener.native_handle());
        BOOST_TEST(listener.non_blocking());
        BOOST_TEST(take_events().empty());
    }
    BOOST_TEST(take_events() == (lines{"listener", "local", "stream"}));
}

BOOST_AUTO_TEST_CASE(reset_ends_a_socket_which_can_be_opened_again) {
    auto [near, far] = connected();
    add_cleanup(near, &note, std::string("ended"));
    four_bytes bytes;
    std::optional<error_code> read;
    near.async_read_some(asio::buffer(bytes), [&](error_code ec, std::size_t) { read = ec; });
    near.reset();
    BOOST_TEST(!near.is_open());
    BOOST_TEST(take_events() == lines{"ended"});
    run();
    BOOST_TEST((read == asio::error::operation_aborted));
    near.reset();
    near.connect(acceptor.local_endpoint());
    far = acceptor.accept();
    BOOST_TEST(talk(near, far));
}

BOOST_AUTO_TEST_CASE(reset_ends_an_acceptor_which_can_be_opened_again) {
    add_cleanup(acceptor, &note, std::string("ended"));
    std::optional<error_code> accepted;
    acceptor.async_accept([&](error_code ec, tcp_socket) { accepted = ec; });
    acceptor.reset();
    BOOST_TEST(take_events() == lines{"ended"});
    run();
    BOOST_TEST((accepted == asio::error::operation_aborted));
    acceptor.open(tcp::v4());
    acceptor.bind(loopback());
    acceptor.listen();
    auto [near, far] = connected();
    BOOST_TEST(talk(near, far));
}

BOOST_AUTO_TEST_CASE(swap_exchanges_sockets_and_their_cleanups) {
    auto [near, far] = connected();
    tcp_socket other(context, tcp::v4());
    add_cleanup(near, &note, std::string("near"));
    add_cleanup(other, &note, std::string("other"));
    swap(near, other);
    BOOST_TEST(talk(other, far));
    near.reset();
    BOOST_TEST(take_events() == lines{"other"});
    other.swap(near);
    BOOST_TEST(talk(near, far));
    near.reset();
    BOOST_TEST(take_events() == lines{"near"});
}

BOOST_AUTO_TEST_CASE(swapped_acceptors_go_on_accepting) {
    tcp_acceptor other(context);
    std::optional<tcp_socket> accepted;
    acceptor.async_accept([&](error_code, tcp_socket peer) { accepted.emplace(std::move(peer)); });
    swap(acceptor, other);
    tcp_socket near(context);
    near.connect(other.local_endpoint());
    run();
    BOOST_TEST_REQUIRE(accepted.has_value());
    BOOST_TEST(talk(near, *accepted));
}

BOOST_AUTO_TEST_CASE(a_deferred_close_moves_along_when_a_socket_becomes_a_more_general_one) {
    using general = asio::generic::stream_protocol;
    asio::io_context closes;
    auto [near, far] = connected();
    int const of_socket = near.native_handle(), of_acceptor = acceptor.native_handle();
    handrail::set_runner(near, handrail::make_runner(closes));
    handrail::set_runner(acceptor, handrail::make_runner(closes));
    defer_close(near);
    defer_close(acceptor);
    {
        handrail::stream_socket<general> const socket = std::move(near);
        handrail::acceptor<general> listener(context);
        listener = std::move(acceptor);
    }
    BOOST_TEST(is_descriptor(of_socket));
    BOOST_TEST(is_descriptor(of_acceptor));
    closes.run();
    BOOST_TEST(!is_descriptor(of_socket));
    BOOST_TEST(!is_descriptor(of_acceptor));
}

BOOST_AUTO_TEST_CASE(the_executor_and_the_handle_of_a_const_socket_can_be_read) {
    tcp_acceptor const& listener = acceptor;
    BOOST_TEST((listener.get_executor() == context.get_executor()));
    BOOST_TEST(listener.native_handle() >= 0);
}

BOOST_AUTO_TEST_SUITE_END()
