// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sockets that are told what is wrong: descriptors that are not what they are taken over as, paths
// that are too long, and messages that name the operation and what it was done to.

#include "tests/support/temporary_directory.hpp"
#include "tests/unit/asio/network.hpp"

#include <handrail/handle.hpp>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/errc.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace asio_test;
using handrail::descriptor;
using handrail_test::temporary_directory;
using local = asio::local::stream_protocol;
namespace errc = boost::system::errc;

namespace {

descriptor made(int fd) {
    BOOST_TEST_REQUIRE(fd >= 0);
    return descriptor(fd);
}
descriptor stream(int family) { return made(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

std::string number(descriptor const& d) { return std::to_string(d.native_handle()); }

// What both overloads of assign do.
template <class Socket>
void refused(Socket& socket, typename Socket::protocol_type const& protocol,
             descriptor const& wrong, errc::errc_t error, std::string const& description) {
    error_code ec;
    socket.assign(protocol, wrong.native_handle(), ec);
    BOOST_TEST(ec == error);
    std::string const what = message_of([&] { socket.assign(protocol, wrong.native_handle()); });
    std::string const expected = ", descriptor " + number(wrong) + description + "\": ";
    BOOST_TEST_INFO(what);
    BOOST_TEST((begins_with(what, "assign \"") && what.find(expected) != std::string::npos));
    BOOST_TEST(!socket.is_open());
    BOOST_TEST(::fcntl(wrong.native_handle(), F_GETFD) != -1);  // still the caller's
}

std::string const too_long = "/tmp/" + std::string(103, 'x');

template <class Call>
void names_the_path(std::string const& operation, Call call) {
    std::string const what = message_of(call);
    BOOST_TEST_INFO(what);
    BOOST_TEST(begins_with(what, operation + " \"" + too_long + "\": File name too long"));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(socket_errors, network)

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_not_taken_over) {
    tcp_socket socket(context);
    tcp_acceptor closed(context);
    int ends[2];
    BOOST_TEST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    descriptor const in(ends[0]), out(ends[1]);
    descriptor const file = made(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    for (descriptor const* each : {&in, &out, &file}) {
        refused(socket, tcp::v4(), *each, errc::not_a_socket, "");
        refused(closed, tcp::v4(), *each, errc::not_a_socket, "");
    }
    error_code ec;
    socket.assign(tcp::v4(), -1, ec);
    BOOST_TEST(ec == errc::bad_file_descriptor);
}

BOOST_AUTO_TEST_CASE(a_socket_of_another_type_or_family_is_not_taken_over) {
    tcp_socket socket(context);
    tcp_acceptor closed(context);
    local_socket local_one(context);
    descriptor const datagram = made(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    refused(socket, tcp::v4(), datagram, errc::wrong_protocol_type, " (no stream socket)");
    refused(closed, tcp::v4(), datagram, errc::wrong_protocol_type, " (no stream socket)");
    refused(socket, tcp::v4(), stream(AF_UNIX), errc::wrong_protocol_type, " (a local socket)");
    refused(local_one, local(), stream(AF_INET), errc::wrong_protocol_type,
            " (an internet socket)");
    handrail::stream_socket<asio::generic::stream_protocol> any(context);
    refused(any, tcp::v4(), stream(AF_UNIX), errc::wrong_protocol_type, " (a local socket)");
}

BOOST_AUTO_TEST_CASE(a_listening_socket_is_no_stream_of_bytes) {
    descriptor const listening = made(::dup(acceptor.native_handle()));
    tcp_socket socket(context);
    refused(socket, tcp::v4(), listening, errc::wrong_protocol_type, " (a listening socket)");
    tcp_acceptor second(context, tcp::v4(), ::dup(acceptor.native_handle()));
    BOOST_TEST(second.local_endpoint() == acceptor.local_endpoint());
}

// As Asio takes them.
BOOST_AUTO_TEST_CASE(either_internet_family_is_taken_over_and_an_acceptor_may_listen_later) {
    tcp_socket six(context);
    six.assign(tcp::v4(), stream(AF_INET6).release());
    BOOST_TEST((six.local_endpoint().protocol() == tcp::v6()));
    tcp_acceptor later(context);
    later.assign(tcp::v4(), stream(AF_INET).release());
    later.bind(loopback());
    later.listen();
    BOOST_TEST(later.local_endpoint().port() != 0);
}

BOOST_AUTO_TEST_CASE(assigning_to_an_open_socket_names_the_one_that_is_open) {
    tcp_acceptor const& open = acceptor;
    std::string const port = std::to_string(open.local_endpoint().port());
    std::string const what = message_of([&] { acceptor.assign(tcp::v4(), 0); });
    BOOST_TEST(begins_with(what, "assign \"tcp acceptor 127.0.0.1:" + port + "\": Already open"));
}

BOOST_AUTO_TEST_CASE(a_path_that_is_too_long_is_named) {
    local_socket socket(context, local());
    handrail::local_acceptor listener(context, local());
    names_the_path("bind", [&] { socket.bind(too_long); });
    names_the_path("bind", [&] { listener.bind(too_long.c_str()); });
    names_the_path("bind", [&] { listener.bind(std::string_view(too_long)); });
    names_the_path("connect", [&] { socket.connect(too_long); });
    names_the_path("bind", [&] { local_socket(context, too_long); });
    names_the_path("bind", [&] { handrail::local_acceptor(context, too_long); });
    names_the_path("endpoint", [&] { handrail::local_endpoint(too_long); });
}

BOOST_AUTO_TEST_CASE(a_path_that_is_too_long_is_an_error_code_where_there_is_one) {
    local_socket socket(context, local());
    handrail::local_acceptor listener(context, local());
    error_code ec;
    BOOST_TEST(socket.bind(too_long, ec) == errc::filename_too_long);
    BOOST_TEST(listener.bind(too_long, ec) == errc::filename_too_long);
    BOOST_TEST(socket.connect(too_long, ec) == errc::filename_too_long);
}

BOOST_AUTO_TEST_CASE(paths_that_fit_are_bound_and_connected_to) {
    temporary_directory const folder;
    std::string const path = (folder / "s").string();
    handrail::local_acceptor listener(context, path);
    local_socket client(context);
    client.connect(path);
    BOOST_TEST(listener.accept().is_open());
    BOOST_TEST(client.remote_endpoint().path() == path);
    error_code ec;
    BOOST_TEST(local_socket(context).connect(path.c_str(), ec) == error_code());
    std::string const what = message_of([&] { local_socket(context).connect(path + "2"); });
    BOOST_TEST(begins_with(what, "connect \"" + path + "2\": No such file or directory"));
}

// Asio's local_endpoint and remote_endpoint throw, also those with an error_code.
BOOST_AUTO_TEST_CASE(the_longest_address_of_a_local_socket_is_told) {
    temporary_directory const folder;
    std::string path = (folder / "s").string();
    path.resize(sizeof(sockaddr_un::sun_path), 's');
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path);
    descriptor raw = stream(AF_UNIX);
    BOOST_TEST_REQUIRE(::bind(raw.native_handle(), reinterpret_cast<sockaddr const*>(&address),
                              sizeof address) == 0);
    handrail::local_acceptor listener(context, local(), raw.release());
    listener.listen();
    BOOST_TEST(listener.local_endpoint().path() == path);
    local_socket client(context, local());
    BOOST_TEST_REQUIRE(::connect(client.native_handle(),
                                 reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0);
    BOOST_TEST(client.remote_endpoint().path() == path);
}

BOOST_AUTO_TEST_CASE(messages_name_both_ends_of_a_connection) {
    auto [near, far] = connected();
    std::string const own = std::to_string(near.local_endpoint().port());
    std::string const other = std::to_string(near.remote_endpoint().port());
    std::string const what = message_of([&socket = near] { socket.open(tcp::v4()); });
    BOOST_TEST(begins_with(what, "open \"tcp socket 127.0.0.1:" + own + " to 127.0.0.1:" + other +
                                     "\": Already open"));
    local_socket a(context), b(context);
    handrail::connect_pair(a, b);
    BOOST_TEST(begins_with(message_of([&a] { a.open(); }), "open \"local socket\": "));
}

BOOST_AUTO_TEST_CASE(every_operation_on_a_closed_socket_is_named) {
    tcp_socket closed(context);
    four_bytes bytes;
    auto const names = [&](std::string const& operation, auto call) {
        BOOST_TEST(begins_with(message_of(call), operation + " \"tcp socket\": Bad file desc"));
    };
    names("receive", [&] { closed.read_some(asio::buffer(bytes)); });
    names("send", [&] { closed.write_some(asio::buffer(bytes)); });
    names("wait", [&] { closed.wait(asio::socket_base::wait_read); });
    names("shutdown", [&] { closed.shutdown(asio::socket_base::shutdown_both); });
    names("cancel", [&] { closed.cancel(); });
    names("release", [&] { static_cast<void>(closed.release()); });
    names("available", [&] { static_cast<void>(closed.available()); });
    names("at_mark", [&] { static_cast<void>(closed.at_mark()); });
    names("local_endpoint", [&] { closed.local_endpoint(); });
    names("remote_endpoint", [&] { closed.remote_endpoint(); });
    names("non_blocking", [&] { closed.non_blocking(true); });
    names("native_non_blocking", [&] { closed.native_non_blocking(true); });
    names("set_option", [&] { closed.set_option(tcp::no_delay(true)); });
    tcp::no_delay option;
    names("get_option", [&] { closed.get_option(option); });
    asio::socket_base::bytes_readable command;
    names("io_control", [&] { closed.io_control(command); });
}

BOOST_AUTO_TEST_SUITE_END()
