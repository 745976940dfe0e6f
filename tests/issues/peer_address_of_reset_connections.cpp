// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: accept asked the accepted socket for its peer's address. A connection that was reset while
// it waited in the queue has no peer any more, so that the address was lost.
// Correct: accept reports the address that the system returned with the connection.

#include "tests/support/temporary_directory.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using handrail::tcp_acceptor;
using handrail::tcp_socket;
using handrail_test::temporary_directory;
using local = asio::local::stream_protocol;
namespace leak_check = handrail::leak_check;

namespace {

// The peers' addresses as accept and async_accept reported them.
template <class Protocol>
struct accepted_endpoints {
    using endpoint = typename Protocol::endpoint;
    endpoint synchronous, asynchronous;
};

// Accepts one connection with each function that reports an address; connect() makes each.
template <class Protocol, class Connect>
accepted_endpoints<Protocol> accept_twice(asio::io_context& context,
                                          handrail::acceptor<Protocol>& acceptor, Connect connect) {
    accepted_endpoints<Protocol> seen;
    connect();
    static_cast<void>(acceptor.accept(seen.synchronous));
    connect();
    error_code result = asio::error::in_progress;
    acceptor.async_accept(seen.asynchronous,
                          [&](error_code ec, handrail::stream_socket<Protocol>) { result = ec; });
    context.restart();
    context.run();
    BOOST_TEST(result == error_code());
    return seen;
}

// Effects: connects, waits until the connection is in the acceptor's queue, and resets it.
// Returns: the client's address.
template <class Protocol>
typename Protocol::endpoint connect_and_reset(asio::io_context& context,
                                              handrail::acceptor<Protocol>& acceptor) {
    handrail::stream_socket<Protocol> client(context);
    client.connect(acceptor.local_endpoint());
    acceptor.wait(asio::socket_base::wait_read);
    auto const own = client.local_endpoint();
    client.set_option(asio::socket_base::linger(true, 0));
    client.close();
    return own;
}

// Effects: connects to the path and closes, from a socket bound to `name`, whose bytes are passed
//   to the system unchanged.
void connect_local(std::string const& name, std::string const& path) {
    int const fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto const address_of = [](std::string const& bytes) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        bytes.copy(address.sun_path, sizeof address.sun_path);
        return address;
    };
    auto const size_of = [](std::string const& bytes) {
        return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + bytes.size());
    };
    if (!name.empty()) {
        sockaddr_un const own = address_of(name);
        BOOST_TEST(::bind(fd, reinterpret_cast<sockaddr const*>(&own), size_of(name)) == 0);
    }
    sockaddr_un const to = address_of(path);
    BOOST_TEST(::connect(fd, reinterpret_cast<sockaddr const*>(&to), size_of(path)) == 0);
    ::close(fd);  // gone before it is accepted
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_address_of_reset_connections)

BOOST_AUTO_TEST_CASE(the_address_of_a_client_that_has_reset_its_connection_is_reported) {
    asio::io_context context;
    for (auto const& address : {asio::ip::address(asio::ip::address_v4::loopback()),
                                asio::ip::address(asio::ip::address_v6::loopback())}) {
        tcp_acceptor acceptor(context, {address, 0});
        std::vector<tcp::endpoint> clients;
        auto const seen = accept_twice(
            context, acceptor, [&] { clients.push_back(connect_and_reset(context, acceptor)); });
        BOOST_TEST(seen.synchronous == clients[0]);
        BOOST_TEST(seen.asynchronous == clients[1]);
    }
}

BOOST_AUTO_TEST_CASE(the_address_is_reported_for_generic_protocols) {
    asio::io_context context;
    using any = asio::generic::stream_protocol;
    handrail::acceptor<any> acceptor(context, any(tcp::v4()));
    acceptor.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    acceptor.listen();
    std::vector<any::endpoint> clients;
    auto const seen = accept_twice(
        context, acceptor, [&] { clients.push_back(connect_and_reset(context, acceptor)); });
    BOOST_TEST((seen.synchronous == clients[0]));
    BOOST_TEST((seen.asynchronous == clients[1]));
}

BOOST_AUTO_TEST_CASE(the_address_of_a_local_client_is_the_one_it_was_bound_to) {
    asio::io_context context;
    temporary_directory const folder;
    std::string const path = (folder / "server").string();
    handrail::local_acceptor acceptor(context, {path});
    int clients = 0;
    auto const named = [&] { connect_local((folder / std::to_string(++clients)).string(), path); };
    auto const seen = accept_twice(context, acceptor, named);
    BOOST_TEST(seen.synchronous.path() == (folder / "1").string());
    BOOST_TEST(seen.asynchronous.path() == (folder / "2").string());
    auto const unnamed = accept_twice(context, acceptor, [&] { connect_local("", path); });
    BOOST_TEST(unnamed.synchronous.path() == "");
    BOOST_TEST(unnamed.asynchronous.path() == "");
    std::string const abstract("\0handrail-", 10);
    auto const in_no_folder = accept_twice(context, acceptor, [&] {
        connect_local(abstract + std::to_string(::getpid()) + std::to_string(++clients), path);
    });
    BOOST_TEST(in_no_folder.synchronous.path() == abstract + std::to_string(::getpid()) + "3");
}

// The system reports a size one byte larger than the structure, for which Asio's accept throws.
BOOST_AUTO_TEST_CASE(the_longest_path_that_the_system_allows_is_reported_completely) {
    asio::io_context context;
    temporary_directory const folder;
    std::string const path = (folder / "server").string();
    handrail::local_acceptor acceptor(context, {path});
    std::string longest = (folder / "c").string();
    longest.resize(sizeof(sockaddr_un::sun_path), 'c');
    auto const seen = accept_twice(context, acceptor, [&] {
        ::unlink(longest.c_str());
        connect_local(longest, path);
    });
    BOOST_TEST(seen.synchronous.path() == longest);
    BOOST_TEST(seen.asynchronous.path() == longest);
}

BOOST_AUTO_TEST_CASE(the_endpoint_argument_is_unchanged_when_nothing_is_accepted) {
    asio::io_context context;
    tcp_acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    acceptor.non_blocking(true);
    tcp::endpoint const before(asio::ip::address_v4::loopback(), 7);
    tcp::endpoint from = before;
    error_code ec;
    static_cast<void>(acceptor.accept(from, ec));
    BOOST_TEST(ec == asio::error::would_block);
    BOOST_TEST(from == before);
}

BOOST_AUTO_TEST_CASE(the_leak_check_names_a_reset_connection_by_its_peers_address) {
    leak_check::set_level(leak_check::level::handles);
    asio::io_context context;
    tcp_acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    auto const client = connect_and_reset(context, acceptor);
    tcp_socket const accepted = acceptor.accept();
    std::string const expected = "from 127.0.0.1:" + std::to_string(client.port());
    bool found = false;
    for (auto const& each : leak_check::live_handles()) {
        found = found || each.name == expected;
    }
    BOOST_TEST(found);
    leak_check::set_level(leak_check::level::off);
}

BOOST_AUTO_TEST_SUITE_END()
