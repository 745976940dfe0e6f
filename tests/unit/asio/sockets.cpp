// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sockets behave as Asio's users expect: creation, connecting, reading and writing, errors.

#include "tests/unit/asio/network.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>

#include <unistd.h>

using namespace asio_test;

namespace {

// Returns: what a program started now finds in its /proc/self/fd, one line each.
std::string descriptors_of_a_child() {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const child(
        ::popen("exec ls -l /proc/self/fd/", "r"), &::pclose);
    std::string listing;
    for (int c = std::fgetc(child.get()); c != EOF; c = std::fgetc(child.get())) {
        listing.push_back(static_cast<char>(c));
    }
    return listing;
}

std::string target_of(int fd) {
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sockets, network)

BOOST_AUTO_TEST_CASE(every_descriptor_is_close_on_exec_and_no_child_sees_one) {
    auto [client, server] = connected();
    local_socket a(context), b(context);
    handrail::connect_pair(a, b);
    tcp_socket const opened(context, tcp::v6()), bound(context, loopback());
    tcp_socket listed(context), other(context);
    handrail::connect(listed, std::array{acceptor.local_endpoint()});
    tcp_socket const third = acceptor.accept();
    std::optional<tcp_socket> accepted;
    other.async_connect(acceptor.local_endpoint(), [](error_code) {});
    acceptor.async_accept([&](error_code, tcp_socket s) { accepted.emplace(std::move(s)); });
    run();
    BOOST_TEST_REQUIRE(accepted.has_value());
    std::string const seen = descriptors_of_a_child();
    BOOST_TEST(seen.find("/proc/") != std::string::npos);
    auto const check = [&](auto const& socket) {
        int const fd = const_cast<std::remove_cvref_t<decltype(socket)>&>(socket).native_handle();
        BOOST_TEST(is_close_on_exec(fd));
        BOOST_TEST(seen.find(target_of(fd)) == std::string::npos);
    };
    check(acceptor);
    check(a);
    check(b);
    for (tcp_socket const* s : std::initializer_list<tcp_socket const*>{
             &client, &server, &opened, &bound, &listed, &third, &other, &*accepted}) {
        check(*s);
    }
}

BOOST_AUTO_TEST_CASE(a_connected_pair_talks) {
    asio::io_context other;
    local_socket a(context), b(other);
    handrail::connect_pair(a, b);
    asio::write(a, asio::buffer("ping", 4));
    four_bytes bytes;
    asio::read(b, asio::buffer(bytes));
    BOOST_TEST(text_of(bytes) == "ping");
}

BOOST_AUTO_TEST_CASE(a_pair_is_not_made_of_open_sockets) {
    local_socket a(context), b(context), c(context);
    handrail::connect_pair(a, b);
    error_code ec;
    handrail::connect_pair(c, b, ec);
    BOOST_TEST(ec == asio::error::already_open);
    BOOST_TEST(!c.is_open());
    handrail::connect_pair(a, c, ec);
    BOOST_TEST(ec == asio::error::already_open);
    BOOST_TEST(!c.is_open());
}

BOOST_AUTO_TEST_CASE(local_sockets_listen_and_connect) {
    auto const path = std::filesystem::temp_directory_path() /
                      ("handrail-test-" + std::to_string(::getpid()) + ".sock");
    {
        handrail::local_acceptor listener(context, path.string());
        local_socket near(context);
        near.connect(path.string());
        local_socket const far = listener.accept();
        BOOST_TEST(far.is_open());
        std::string const what =
            message_of([&] { handrail::local_acceptor(context, path.string()); });
        BOOST_TEST(begins_with(what, "bind \"" + path.string() + '"'));
    }
    std::filesystem::remove(path);
}

BOOST_AUTO_TEST_CASE(flags_are_passed_on) {
    auto [client, server] = connected();
    client.send(asio::buffer("ping", 4), 0);
    four_bytes bytes{};
    error_code ec;
    BOOST_TEST(server.receive(asio::buffer(bytes), tcp_socket::message_peek) == 4U);
    BOOST_TEST(server.available() == 4U);
    BOOST_TEST(server.receive(asio::buffer(bytes), 0, ec) == 4U);
    BOOST_TEST(server.available() == 0U);
}

BOOST_AUTO_TEST_CASE(options_are_set_and_read) {
    auto [client, server] = connected();
    client.set_option(tcp::no_delay(true));
    tcp::no_delay option;
    client.get_option(option);
    BOOST_TEST(option.value());
    client.non_blocking(true);
    BOOST_TEST(client.non_blocking());
    BOOST_TEST(!client.at_mark());
}

BOOST_AUTO_TEST_CASE(asio_reads_until_a_delimiter) {
    auto [client, server] = connected();
    asio::write(client, asio::buffer("one\ntwo\n", 8));
    std::string text;
    BOOST_TEST(asio::read_until(server, asio::dynamic_buffer(text), '\n') == 4U);
}

BOOST_AUTO_TEST_CASE(shutting_down_ends_the_peer_s_stream) {
    auto [client, server] = connected();
    client.shutdown(tcp_socket::shutdown_send);
    four_bytes bytes;
    std::string const what =
        message_of([&, s = &server] { static_cast<void>(s->read_some(asio::buffer(bytes))); });
    BOOST_TEST(begins_with(what, "receive \"tcp socket 127.0.0.1:"));
}

BOOST_AUTO_TEST_CASE(closing_cancels_a_pending_read) {
    auto [client, server] = connected();
    four_bytes bytes;
    error_code result;
    client.async_read_some(asio::buffer(bytes), [&](error_code ec, std::size_t) { result = ec; });
    client.close();
    run();
    BOOST_TEST(result == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(cancelling_a_read_leaves_the_socket_open) {
    auto [client, server] = connected();
    four_bytes bytes;
    error_code by_socket, by_slot;
    asio::cancellation_signal cancel;
    client.async_read_some(asio::buffer(bytes),
                           [&](error_code ec, std::size_t) { by_socket = ec; });
    client.cancel();
    run();
    client.async_read_some(asio::buffer(bytes),
                           asio::bind_cancellation_slot(
                               cancel.slot(), [&](error_code ec, std::size_t) { by_slot = ec; }));
    cancel.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(by_socket == asio::error::operation_aborted);
    BOOST_TEST(by_slot == asio::error::operation_aborted);
    BOOST_TEST(client.is_open());
}

BOOST_AUTO_TEST_CASE(operations_on_a_closed_socket_are_bad_descriptors) {
    tcp_socket closed(context);
    four_bytes bytes;
    error_code ec;
    closed.read_some(asio::buffer(bytes), ec);
    BOOST_TEST(ec == asio::error::bad_descriptor);
    error_code async_ec;
    closed.async_read_some(asio::buffer(bytes), [&](error_code e, std::size_t) { async_ec = e; });
    run();
    BOOST_TEST(async_ec == asio::error::bad_descriptor);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(connecting, network)

BOOST_AUTO_TEST_CASE(a_refused_connection_names_operation_and_peer) {
    tcp_socket client(context);
    std::string const what = message_of([&] { client.connect(refusing()); });
    BOOST_TEST(begins_with(what, "connect \"127.0.0.1:1\": Connection refused"));
}

BOOST_AUTO_TEST_CASE(a_connect_that_asio_deferred_starts_later_opens_close_on_exec) {
    tcp_socket client(context);
    auto later = client.async_connect(acceptor.local_endpoint(), asio::deferred);
    client.close();
    error_code result = asio::error::eof;
    std::move(later)([&](error_code ec) { result = ec; });
    run();
    BOOST_TEST(!result);
    BOOST_TEST(is_close_on_exec(client.native_handle()));
    add_cleanup(client, [] {});  // the guard owns it
}

BOOST_AUTO_TEST_CASE(a_port_in_use_names_operation_and_address) {
    std::string const what =
        message_of([&] { tcp_acceptor second(context, acceptor.local_endpoint(), false); });
    BOOST_TEST(begins_with(what, "bind \"127.0.0.1:"));
    BOOST_TEST(what.find("Address already in use") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_address_that_cannot_be_parsed_is_asio_s_error) {
    error_code ec;
    asio::ip::make_address("1.2.3.four", ec);
    BOOST_TEST(ec == boost::system::errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(an_empty_range_of_endpoints_is_not_found) {
    tcp_socket client(context);
    std::vector<tcp::endpoint> const none;
    error_code ec;
    handrail::connect(client, none, ec);
    BOOST_TEST(ec == asio::error::not_found);
    error_code async_ec;
    handrail::async_connect(client, none, [&](error_code e, tcp::endpoint) { async_ec = e; });
    BOOST_TEST(!async_ec);  // not inside the initiating function
    run();
    BOOST_TEST(async_ec == asio::error::not_found);
}

BOOST_AUTO_TEST_CASE(a_range_that_refuses_names_the_last_endpoint) {
    tcp_socket client(context);
    std::string const what =
        message_of([&] { handrail::connect(client, std::array{loopback(2), refusing()}); });
    BOOST_TEST(begins_with(what, "connect \"127.0.0.1:1\": Connection refused"));
}

BOOST_AUTO_TEST_CASE(async_connect_tries_the_endpoints_in_turn) {
    tcp_socket client(context);
    std::array const endpoints{refusing(), acceptor.local_endpoint()};
    tcp::endpoint reached;
    handrail::async_connect(client, endpoints, [&](error_code ec, tcp::endpoint e) {
        BOOST_TEST(!ec);
        reached = e;
    });
    run();
    BOOST_TEST(reached == endpoints[1]);
    BOOST_TEST(is_close_on_exec(client.native_handle()));
}

BOOST_AUTO_TEST_CASE(async_connect_ends_with_the_last_error) {
    tcp_socket client(context);
    error_code result;
    handrail::async_connect(client, std::array{loopback(2), refusing()},
                            [&](error_code ec, tcp::endpoint) { result = ec; });
    run();
    BOOST_TEST(result == asio::error::connection_refused);
}

BOOST_AUTO_TEST_CASE(the_condition_is_given_the_last_error_and_may_refuse_an_endpoint) {
    std::vector<std::pair<error_code, unsigned short>> seen;
    auto const condition = [&](error_code const& ec, tcp::endpoint const& e) {
        seen.emplace_back(ec, e.port());
        return e.port() != 2;
    };
    std::array const endpoints{refusing(), loopback(2), acceptor.local_endpoint()};
    tcp_socket client(context);
    BOOST_TEST(handrail::connect(client, endpoints, condition) == endpoints[2]);
    std::optional<tcp::endpoint> reached;
    handrail::async_connect(client, endpoints, condition,
                            [&](error_code, tcp::endpoint e) { reached = e; });
    run();
    BOOST_TEST((reached == endpoints[2]));
    BOOST_TEST_REQUIRE(seen.size() == 6U);
    for (std::size_t i : {0U, 3U}) {
        BOOST_TEST(!seen[i].first);
        BOOST_TEST(seen[i + 1].first == asio::error::connection_refused);
        BOOST_TEST(seen[i + 2].second == endpoints[2].port());
    }
}

BOOST_AUTO_TEST_CASE(resolver_results_and_iterators_are_ranges) {
    tcp::resolver resolver(context);
    auto const found =
        resolver.resolve("127.0.0.1", std::to_string(acceptor.local_endpoint().port()),
                         tcp::resolver::numeric_host | tcp::resolver::numeric_service);
    tcp_socket client(context);
    BOOST_TEST(handrail::connect(client, found) == acceptor.local_endpoint());
    std::vector const endpoints{acceptor.local_endpoint()};
    BOOST_TEST(
        handrail::connect(client, std::ranges::subrange(endpoints.begin(), endpoints.end())) ==
        acceptor.local_endpoint());
    bool reached = false;
    handrail::async_connect(client, found, [&](error_code ec, tcp::endpoint) { reached = !ec; });
    run();
    BOOST_TEST(reached);
}

BOOST_AUTO_TEST_CASE(closing_ends_a_range_of_attempts) {
    tcp_socket client(context);
    error_code result;
    handrail::async_connect(client, std::array{refusing(), acceptor.local_endpoint()},
                            [&](error_code ec, tcp::endpoint) { result = ec; });
    client.close();
    run();
    BOOST_TEST(result == asio::error::operation_aborted);
    BOOST_TEST(!client.is_open());
}

BOOST_AUTO_TEST_CASE(cancellation_ends_a_range_of_attempts) {
    tcp_socket client(context);
    error_code result;
    asio::cancellation_signal cancel;
    handrail::async_connect(client, std::array{refusing(), acceptor.local_endpoint()},
                            asio::bind_cancellation_slot(
                                cancel.slot(), [&](error_code ec, tcp::endpoint) { result = ec; }));
    cancel.emit(asio::cancellation_type::partial);
    run();
    BOOST_TEST(result == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(the_executor_of_the_handler_is_used) {
    asio::io_context other;
    tcp_socket client(context);
    bool reached = false;
    handrail::async_connect(
        client, std::array{acceptor.local_endpoint()},
        asio::bind_executor(other, [&](error_code ec, tcp::endpoint) { reached = !ec; }));
    while (!reached) {
        poll();
        other.restart();
        other.poll();
    }
    BOOST_TEST(reached);
}

BOOST_AUTO_TEST_SUITE_END()
