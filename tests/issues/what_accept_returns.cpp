// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// accept gives the address that the system returned with the connection. It cannot be asked for
// later: a connection that was reset in the queue has no peer any more.

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

// What to give for a client's address; how it was accepted.
template <class Protocol>
struct endpoints_of {
    using endpoint = typename Protocol::endpoint;
    endpoint now, later;
};

// Accepts one connection in each way that reports an address. connect() makes one.
template <class Protocol, class Connect>
endpoints_of<Protocol> accept_twice(asio::io_context& context,
                                    handrail::acceptor<Protocol>& acceptor, Connect connect) {
    endpoints_of<Protocol> seen;
    connect();
    acceptor.accept(seen.now);
    connect();
    error_code result = asio::error::in_progress;
    acceptor.async_accept(seen.later,
                          [&](error_code ec, handrail::stream_socket<Protocol>) { result = ec; });
    context.restart();
    context.run();
    BOOST_TEST(result == error_code());
    return seen;
}

// Effects: connects and resets the connection, which waits in the acceptor's queue by then.
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

// A client of the path acceptor, bound to a name of its own: the bytes that the system is given.
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

BOOST_AUTO_TEST_SUITE(what_accept_returns)

BOOST_AUTO_TEST_CASE(the_address_of_a_client_that_has_reset_the_connection_is_known) {
    asio::io_context context;
    for (auto const& address : {asio::ip::address(asio::ip::address_v4::loopback()),
                                asio::ip::address(asio::ip::address_v6::loopback())}) {
        tcp_acceptor acceptor(context, {address, 0});
        std::vector<tcp::endpoint> clients;
        auto const seen = accept_twice(
            context, acceptor, [&] { clients.push_back(connect_and_reset(context, acceptor)); });
        BOOST_TEST(seen.now == clients[0]);
        BOOST_TEST(seen.later == clients[1]);
    }
}

BOOST_AUTO_TEST_CASE(the_address_is_known_for_protocols_of_any_kind) {
    asio::io_context context;
    using any = asio::generic::stream_protocol;
    handrail::acceptor<any> acceptor(context, any(tcp::v4()));
    acceptor.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    acceptor.listen();
    std::vector<any::endpoint> clients;
    auto const seen = accept_twice(
        context, acceptor, [&] { clients.push_back(connect_and_reset(context, acceptor)); });
    BOOST_TEST((seen.now == clients[0]));
    BOOST_TEST((seen.later == clients[1]));
}

BOOST_AUTO_TEST_CASE(the_address_of_a_local_client_is_what_it_was_bound_to) {
    asio::io_context context;
    temporary_directory const folder;
    std::string const path = (folder / "server").string();
    handrail::local_acceptor acceptor(context, {path});
    int clients = 0;
    auto const named = [&] { connect_local((folder / std::to_string(++clients)).string(), path); };
    auto const seen = accept_twice(context, acceptor, named);
    BOOST_TEST(seen.now.path() == (folder / "1").string());
    BOOST_TEST(seen.later.path() == (folder / "2").string());
    auto const unnamed = accept_twice(context, acceptor, [&] { connect_local("", path); });
    BOOST_TEST(unnamed.now.path() == "");
    BOOST_TEST(unnamed.later.path() == "");
    std::string const abstract("\0handrail-", 10);
    auto const in_no_folder = accept_twice(context, acceptor, [&] {
        connect_local(abstract + std::to_string(::getpid()) + std::to_string(++clients), path);
    });
    BOOST_TEST(in_no_folder.now.path() == abstract + std::to_string(::getpid()) + "3");
}

// The system says that it is one byte longer than it fits: Asio throws from accept then.
BOOST_AUTO_TEST_CASE(the_longest_path_that_the_system_allows_is_reported_whole) {
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
    BOOST_TEST(seen.now.path() == longest);
    BOOST_TEST(seen.later.path() == longest);
}

BOOST_AUTO_TEST_CASE(the_peer_s_endpoint_is_left_alone_when_nothing_is_accepted) {
    asio::io_context context;
    tcp_acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    acceptor.non_blocking(true);
    tcp::endpoint const before(asio::ip::address_v4::loopback(), 7);
    tcp::endpoint from = before;
    error_code ec;
    acceptor.accept(from, ec);
    BOOST_TEST(ec == asio::error::would_block);
    BOOST_TEST(from == before);
}

BOOST_AUTO_TEST_CASE(the_leak_check_names_a_connection_by_the_address_that_came_with_it) {
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
