// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: in reports, a socket had no name after assign() and the constructor with a native handle. It
// had the name of a peer that it did not have after a connect that was refused because it was
// connected or connecting already. A name that the program had given was replaced by connect,
// async_connect, listen, and each attempt of a connect to a range.
// Correct: a socket that came from elsewhere has the name of its peer, an acceptor that of its own
// address; a socket that has a peer or is being connected keeps its name; a name that the program
// gave stays until the handle is closed.

#include "tests/unit/asio/network.hpp"

#include <handrail/leak_check.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

using namespace asio_test;
namespace leak_check = handrail::leak_check;

namespace {

struct checked_network : network {
    checked_network() { leak_check::set_level(leak_check::level::handles); }
    checked_network(checked_network const&) = delete;
    checked_network& operator=(checked_network const&) = delete;
    ~checked_network() { leak_check::set_level(leak_check::level::off); }

    std::string address() const { return text(acceptor.local_endpoint()); }
    static std::string text(tcp::endpoint const& endpoint) {
        return handrail::detail::endpoint_text(endpoint);
    }
    // A connection's descriptor, which no object owns.
    int connected_descriptor() {
        tcp::socket plain(context);
        plain.connect(acceptor.local_endpoint());
        return plain.release();
    }
    int listening_descriptor() {
        tcp::acceptor plain(context, loopback());
        return plain.release();
    }
};

template <class Socket>
std::string name_of(Socket& socket) {
    for (auto& each : leak_check::live_handles()) {
        if (each.number == static_cast<std::uint64_t>(socket.native_handle())) {
            return each.name;
        }
    }
    return "not listed";
}

// An address where connecting takes long: the queue of its listener is full.
struct full_listener {
    tcp::acceptor listener;
    tcp::socket queued;

    explicit full_listener(asio::io_context& context) : listener(context), queued(context) {
        listener.open(tcp::v4());
        listener.bind(loopback());
        listener.listen(0);
        queued.connect(listener.local_endpoint());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(names_of_sockets, checked_network)

BOOST_AUTO_TEST_CASE(an_assigned_socket_has_the_name_of_its_peer) {
    tcp_socket assigned(context);
    assigned.assign(tcp::v4(), connected_descriptor());
    BOOST_TEST(name_of(assigned) == "with " + address());
    tcp_socket const made(context, tcp::v4(), connected_descriptor());
    BOOST_TEST(name_of(made) == "with " + address());
}

BOOST_AUTO_TEST_CASE(an_assigned_socket_without_a_peer_has_no_name) {
    tcp_socket unconnected(context, tcp::v4(), ::socket(AF_INET, SOCK_STREAM, 0));
    BOOST_TEST(name_of(unconnected) == "");
}

BOOST_AUTO_TEST_CASE(an_assigned_acceptor_has_the_name_of_its_address) {
    tcp_acceptor assigned(context);
    assigned.assign(tcp::v4(), listening_descriptor());
    BOOST_TEST(name_of(assigned) == text(assigned.local_endpoint()));
    tcp_acceptor const made(context, tcp::v4(), listening_descriptor());
    BOOST_TEST(name_of(made) == text(made.local_endpoint()));
}

BOOST_AUTO_TEST_CASE(a_failed_close_of_an_assigned_socket_names_its_peer) {
    tcp_socket assigned(context);
    assigned.assign(tcp::v4(), connected_descriptor());
    ::close(assigned.native_handle());
    std::string const what = message_of([&] { assigned.close(); });
    BOOST_TEST(what.find("tcp socket with " + address()) != std::string::npos, what);
}

BOOST_AUTO_TEST_CASE(a_connected_socket_that_connects_again_keeps_its_name) {
    tcp_acceptor other(context, loopback());
    tcp_socket socket = client();
    error_code ec;
    socket.connect(other.local_endpoint(), ec);
    BOOST_TEST(ec == asio::error::already_connected);
    BOOST_TEST(name_of(socket) == "to " + address());
    std::optional<error_code> result;
    socket.async_connect(other.local_endpoint(), [&](error_code e) { result = e; });
    run();
    BOOST_TEST((result == error_code(asio::error::already_connected)));
    BOOST_TEST(name_of(socket) == "to " + address());
}

BOOST_AUTO_TEST_CASE(a_socket_that_is_being_connected_keeps_its_name) {
    full_listener full(context);
    std::string const target = "to " + text(full.listener.local_endpoint());
    tcp_socket socket(context);
    socket.async_connect(full.listener.local_endpoint(), [](error_code) {});
    BOOST_TEST(name_of(socket) == target);
    error_code ec;
    socket.connect(acceptor.local_endpoint(), ec);
    BOOST_TEST_REQUIRE(ec == asio::error::already_started);
    BOOST_TEST(name_of(socket) == target);
}

BOOST_AUTO_TEST_CASE(a_failed_connect_leaves_the_name_of_the_peer_that_was_tried_last) {
    tcp_socket socket(context);
    error_code ec;
    socket.connect(refusing(), ec);
    BOOST_TEST(ec == asio::error::connection_refused);
    BOOST_TEST(name_of(socket) == "to " + text(refusing()));
    socket.connect(acceptor.local_endpoint());
    BOOST_TEST(name_of(socket) == "to " + address());
}

BOOST_AUTO_TEST_CASE(a_name_that_the_program_gave_stays_when_the_socket_connects) {
    tcp_socket socket(context, tcp::v4());
    leak_check::set_name(socket, "control channel");
    socket.connect(acceptor.local_endpoint());
    BOOST_TEST(name_of(socket) == "control channel");
    tcp_socket later(context, tcp::v4());
    leak_check::set_name(later, "data channel");
    later.async_connect(acceptor.local_endpoint(), [](error_code) {});
    run();
    BOOST_TEST(name_of(later) == "data channel");
    tcp_socket const moved = std::move(later);
    BOOST_TEST(name_of(moved) == "data channel");
}

BOOST_AUTO_TEST_CASE(a_name_that_the_program_gave_stays_when_the_acceptor_listens) {
    tcp_acceptor listener(context, tcp::v4());
    leak_check::set_name(listener, "front door");
    listener.bind(loopback());
    listener.listen();
    BOOST_TEST(name_of(listener) == "front door");
}

BOOST_AUTO_TEST_CASE(a_name_that_the_program_gave_stays_during_a_connect_to_a_range) {
    std::array const endpoints{refusing(), acceptor.local_endpoint()};
    tcp_socket socket(context, tcp::v4());
    leak_check::set_name(socket, "control channel");
    std::string during;
    handrail::connect(socket, endpoints, [&](tcp_socket& fresh, tcp::endpoint const&, error_code&) {
        during += name_of(fresh) + "; ";
    });
    BOOST_TEST(during == "control channel; control channel; ");
    BOOST_TEST(name_of(socket) == "control channel");
    handrail::async_connect(socket, endpoints, [](error_code, tcp::endpoint const&) {});
    run();
    BOOST_TEST(name_of(socket) == "control channel");
}

BOOST_AUTO_TEST_CASE(a_name_that_the_program_gave_ends_with_the_handle) {
    tcp_socket socket(context, tcp::v4());
    leak_check::set_name(socket, "control channel");
    socket.close();
    socket.connect(acceptor.local_endpoint());
    BOOST_TEST(name_of(socket) == "to " + address());
    leak_check::set_name(socket, "data channel");
    socket = client();
    BOOST_TEST(name_of(socket) == "to " + address());
    leak_check::set_name(socket, "another");
    ::close(socket.release());
    socket.open(tcp::v4());
    BOOST_TEST(name_of(socket) == "");
}

BOOST_AUTO_TEST_SUITE_END()
