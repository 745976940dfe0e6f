// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the connect condition was the only hook before an attempt to connect, and it is called
// before the socket of the attempt is opened. Options that it set and addresses that it bound were
// lost.
// Correct: connect and async_connect accept a function that prepares the socket of each attempt.

#include "tests/unit/asio/network.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace asio_test;

namespace {

// Binds the socket to an address and sets an option, as a program may want to before it connects.
asio::ip::address_v4 const own_address({127, 0, 0, 2});
void bind_and_set(tcp_socket& fresh, tcp::endpoint const&, error_code& ec) {
    fresh.bind({own_address, 0}, ec);
    if (!ec.failed()) {
        fresh.set_option(tcp_socket::receive_buffer_size(20'000), ec);
    }
}
bool is_prepared(tcp_socket const& socket) {
    tcp_socket::receive_buffer_size size;
    socket.get_option(size);
    return socket.local_endpoint().address() == own_address && size.value() == 20'000;
}

struct prepared_connects : network {
    tcp_socket socket{context};
    std::array<tcp::endpoint, 2> endpoints{refusing(), acceptor.local_endpoint()};
    std::optional<error_code> result;
    std::optional<tcp::endpoint> reached;

    template <class Prepare>
    void connect_asynchronously(Prepare prepare) {
        handrail::async_connect(socket, endpoints, prepare, [this](error_code ec, tcp::endpoint e) {
            result = ec;
            reached = e;
        });
        run();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(connects_without_preparation, prepared_connects)

BOOST_AUTO_TEST_CASE(each_attempt_is_prepared_between_open_and_connect) {
    BOOST_TEST(handrail::connect(socket, endpoints, bind_and_set) == endpoints[1]);
    BOOST_TEST(is_prepared(socket));
}

BOOST_AUTO_TEST_CASE(each_asynchronous_attempt_is_prepared_between_open_and_connect) {
    connect_asynchronously(bind_and_set);
    BOOST_TEST((result == error_code()));
    BOOST_TEST((reached == endpoints[1]));
    BOOST_TEST(is_prepared(socket));
}

BOOST_AUTO_TEST_CASE(a_preparation_is_called_with_an_open_socket_and_the_endpoint_of_the_attempt) {
    std::vector<tcp::endpoint> seen;
    auto const check_socket = [&](auto& fresh, auto const& peer, auto& ec) {
        BOOST_TEST(fresh.is_open());
        BOOST_TEST(!ec);
        BOOST_TEST(is_close_on_exec(fresh.native_handle()));
        seen.push_back(peer);
    };
    error_code ec;
    handrail::connect(socket, endpoints, check_socket, ec);
    connect_asynchronously(check_socket);
    BOOST_TEST(!ec);
    BOOST_TEST((result == error_code()));
    BOOST_TEST((seen == std::vector{endpoints[0], endpoints[1], endpoints[0], endpoints[1]}));
}

BOOST_AUTO_TEST_CASE(when_a_preparation_fails_the_next_endpoint_is_tried) {
    endpoints = {acceptor.local_endpoint(), acceptor.local_endpoint()};
    int calls = 0;
    auto const fail_first = [&](tcp_socket&, tcp::endpoint const&, error_code& ec) {
        if (++calls % 2 == 1) {
            ec = asio::error::access_denied;
        }
    };
    BOOST_TEST(handrail::connect(socket, endpoints, fail_first) == endpoints[1]);
    connect_asynchronously(fail_first);
    BOOST_TEST((result == error_code()));
    BOOST_TEST(calls == 4);
}

BOOST_AUTO_TEST_CASE(the_error_of_the_last_preparation_is_reported_with_the_endpoint) {
    auto const fail = [](tcp_socket&, tcp::endpoint const&, error_code& ec) {
        ec = asio::error::access_denied;
    };
    std::string const what = message_of([&] { handrail::connect(socket, endpoints, fail); });
    BOOST_TEST(begins_with(what, "connect \"" + handrail::detail::endpoint_text(endpoints[1]) +
                                     "\": Permission denied"));
    handrail::async_connect(socket, endpoints, fail,
                            [this](error_code ec, tcp::endpoint) { result = ec; });
    BOOST_TEST(!result.has_value());  // not from within the initiating function
    run();
    BOOST_TEST((result == asio::error::access_denied));
}

BOOST_AUTO_TEST_CASE(a_preparation_that_closes_the_socket_ends_the_attempt) {
    auto const close = [](tcp_socket& fresh, tcp::endpoint const&, error_code&) { fresh.close(); };
    error_code ec;
    handrail::connect(socket, endpoints, close, ec);
    BOOST_TEST(ec == asio::error::operation_aborted);
    connect_asynchronously(close);
    BOOST_TEST((result == asio::error::operation_aborted));
    BOOST_TEST(!socket.is_open());
}

BOOST_AUTO_TEST_CASE(exceptions_of_a_preparation_are_not_caught) {
    auto const fail = [](tcp_socket&, tcp::endpoint const&, error_code&) {
        throw std::runtime_error("no");
    };
    BOOST_CHECK_THROW(handrail::connect(socket, endpoints, fail), std::runtime_error);
    BOOST_CHECK_THROW(connect_asynchronously(fail), std::runtime_error);
    BOOST_TEST(!result.has_value());
}

BOOST_AUTO_TEST_CASE(a_preparation_is_called_when_the_operation_starts) {
    int calls = 0;
    auto const count = [&](tcp_socket&, tcp::endpoint const&, error_code&) { ++calls; };
    auto later = handrail::async_connect(socket, endpoints, count, asio::deferred);
    BOOST_TEST(calls == 0);
    std::move(later)([this](error_code ec, tcp::endpoint) { result = ec; });
    run();
    BOOST_TEST(calls == 2);
    BOOST_TEST((result == error_code()));
}

BOOST_AUTO_TEST_CASE(prepared_attempts_keep_the_cleanups_of_the_owner) {
    socket.open(tcp::v4());
    add_cleanup(socket, &note, std::string("kept"));
    handrail::connect(socket, endpoints, bind_and_set);
    BOOST_TEST(take_events().empty());
    socket.close();
    BOOST_TEST(take_events() == lines{"kept"});
}

BOOST_AUTO_TEST_CASE(a_socket_may_be_opened_and_prepared_before_a_single_connect) {
    error_code ec;
    socket.open(tcp::v4());
    bind_and_set(socket, endpoints[1], ec);
    socket.connect(endpoints[1]);
    BOOST_TEST(is_prepared(socket));
    socket.close();
    socket.open(tcp::v4());
    bind_and_set(socket, endpoints[1], ec);
    socket.async_connect(endpoints[1], [this](error_code e) { result = e; });
    run();
    BOOST_TEST((result == error_code()));
    BOOST_TEST(is_prepared(socket));
}

BOOST_AUTO_TEST_SUITE_END()
