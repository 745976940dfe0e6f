// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: assign accepted descriptors of another kind, a path that is too long was not named, and
// messages named neither the operation nor the socket.
// Correct: assign refuses them, and every message has the operation and its object.

#include "tests/support/temporary_directory.hpp"
#include "tests/unit/asio/network.hpp"

#include <handrail/error.hpp>
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

descriptor as_descriptor(int fd) {
    BOOST_TEST_REQUIRE(fd >= 0);
    return descriptor(fd);
}
descriptor stream(int family) {
    return as_descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

std::string number(descriptor const& d) { return std::to_string(d.native_handle()); }

// Checks that both overloads of assign refuse the descriptor and leave it to the caller.
template <class Socket>
void check_refused(Socket& socket, typename Socket::protocol_type const& protocol,
                   descriptor const& wrong, errc::errc_t error, std::string const& description) {
    error_code ec;
    socket.assign(protocol, wrong.native_handle(), ec);
    BOOST_TEST(ec == error);
    std::string const what = message_of([&] { socket.assign(protocol, wrong.native_handle()); });
    std::string const expected = ", descriptor " + number(wrong) + description + "\": ";
    BOOST_TEST_INFO(what);
    BOOST_TEST((begins_with(what, "assign \"") && what.find(expected) != std::string::npos));
    BOOST_TEST(!socket.is_open());
    BOOST_TEST(::fcntl(wrong.native_handle(), F_GETFD) != -1);  // is still open
}

std::string const too_long = "/tmp/" + std::string(103, 'x');

template <class Call>
void check_names_the_path(std::string const& operation, Call call) {
    std::string const what = message_of(call);
    BOOST_TEST_INFO(what);
    BOOST_TEST(begins_with(what, operation + " \"" + too_long + "\": File name too long"));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(socket_errors, network)

BOOST_AUTO_TEST_CASE(assign_refuses_descriptors_that_are_no_sockets) {
    tcp_socket socket(context);
    tcp_acceptor closed(context);
    int ends[2];
    BOOST_TEST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    descriptor const in(ends[0]), out(ends[1]);
    descriptor const file = as_descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    for (descriptor const* each : {&in, &out, &file}) {
        check_refused(socket, tcp::v4(), *each, errc::not_a_socket, "");
        check_refused(closed, tcp::v4(), *each, errc::not_a_socket, "");
    }
    error_code ec;
    socket.assign(tcp::v4(), -1, ec);
    BOOST_TEST(ec == errc::bad_file_descriptor);
}

BOOST_AUTO_TEST_CASE(assign_refuses_sockets_of_another_type_or_family) {
    tcp_socket socket(context);
    tcp_acceptor closed(context);
    local_socket local_one(context);
    descriptor const datagram = as_descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    check_refused(socket, tcp::v4(), datagram, errc::wrong_protocol_type, " (not a stream socket)");
    check_refused(closed, tcp::v4(), datagram, errc::wrong_protocol_type, " (not a stream socket)");
    check_refused(socket, tcp::v4(), stream(AF_UNIX), errc::wrong_protocol_type,
                  " (a local socket)");
    check_refused(local_one, local(), stream(AF_INET), errc::wrong_protocol_type,
                  " (an internet socket)");
    handrail::stream_socket<asio::generic::stream_protocol> any(context);
    check_refused(any, tcp::v4(), stream(AF_UNIX), errc::wrong_protocol_type, " (a local socket)");
}

BOOST_AUTO_TEST_CASE(assign_refuses_a_listening_socket_for_a_stream_socket) {
    descriptor const listening = as_descriptor(::dup(acceptor.native_handle()));
    tcp_socket socket(context);
    check_refused(socket, tcp::v4(), listening, errc::wrong_protocol_type, " (a listening socket)");
    tcp_acceptor second(context, tcp::v4(), ::dup(acceptor.native_handle()));
    BOOST_TEST(second.local_endpoint() == acceptor.local_endpoint());
}

// Asio accepts these as well.
BOOST_AUTO_TEST_CASE(assign_accepts_both_internet_families_and_acceptors_that_do_not_listen_yet) {
    tcp_socket six(context);
    six.assign(tcp::v4(), stream(AF_INET6).release());
    BOOST_TEST((six.local_endpoint().protocol() == tcp::v6()));
    tcp_acceptor later(context);
    later.assign(tcp::v4(), stream(AF_INET).release());
    later.bind(loopback());
    later.listen();
    BOOST_TEST(later.local_endpoint().port() != 0);
}

BOOST_AUTO_TEST_CASE(the_error_of_assign_to_an_open_socket_names_that_socket) {
    tcp_acceptor const& open = acceptor;
    std::string const port = std::to_string(open.local_endpoint().port());
    std::string const what = message_of([&] { acceptor.assign(tcp::v4(), 0); });
    BOOST_TEST(begins_with(what, "assign \"tcp acceptor 127.0.0.1:" + port + "\": Already open"));
}

BOOST_AUTO_TEST_CASE(the_error_of_a_path_that_is_too_long_names_the_path) {
    local_socket socket(context, local());
    handrail::local_acceptor listener(context, local());
    check_names_the_path("bind", [&] { socket.bind(too_long); });
    check_names_the_path("bind", [&] { listener.bind(too_long.c_str()); });
    check_names_the_path("bind", [&] { listener.bind(std::string_view(too_long)); });
    check_names_the_path("connect", [&] { socket.connect(too_long); });
    check_names_the_path("bind", [&] { local_socket(context, too_long); });
    check_names_the_path("bind", [&] { handrail::local_acceptor(context, too_long); });
    check_names_the_path("endpoint",
                         [&] { static_cast<void>(handrail::local_endpoint(too_long)); });
}

BOOST_AUTO_TEST_CASE(overloads_with_an_error_code_report_a_path_that_is_too_long) {
    local_socket socket(context, local());
    handrail::local_acceptor listener(context, local());
    error_code ec;
    BOOST_TEST(socket.bind(too_long, ec) == errc::filename_too_long);
    BOOST_TEST(listener.bind(too_long, ec) == errc::filename_too_long);
    BOOST_TEST(socket.connect(too_long, ec) == errc::filename_too_long);
}

// A path is not cut short at a NUL; an abstract name begins with one.
BOOST_AUTO_TEST_CASE(a_path_that_contains_a_nul_is_refused) {
    temporary_directory const folder;
    std::string const path = (folder / "s").string() + std::string("\0tail", 5);
    error_code ec;
    local_socket socket(context, local());
    BOOST_TEST(socket.bind(path, ec) == make_error_code(handrail::error::nul_in_path));
    BOOST_TEST(socket.connect(path, ec) == make_error_code(handrail::error::nul_in_path));
    BOOST_TEST(socket.bind(std::string("\0handrail-", 10) + path.substr(1), ec) == error_code());
}

BOOST_AUTO_TEST_CASE(bind_and_connect_accept_paths) {
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
BOOST_AUTO_TEST_CASE(the_longest_address_of_a_local_socket_is_returned) {
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

BOOST_AUTO_TEST_CASE(the_error_of_every_operation_on_a_closed_socket_names_the_operation) {
    tcp_socket closed(context);
    four_bytes bytes;
    auto const check_names_operation = [&](std::string const& operation, auto call) {
        BOOST_TEST(begins_with(message_of(call), operation + " \"tcp socket\": Bad file desc"));
    };
    check_names_operation("receive", [&] { closed.read_some(asio::buffer(bytes)); });
    check_names_operation("send", [&] { closed.write_some(asio::buffer(bytes)); });
    check_names_operation("wait", [&] { closed.wait(asio::socket_base::wait_read); });
    check_names_operation("shutdown", [&] { closed.shutdown(asio::socket_base::shutdown_both); });
    check_names_operation("cancel", [&] { closed.cancel(); });
    check_names_operation("release", [&] { static_cast<void>(closed.release()); });
    check_names_operation("available", [&] { static_cast<void>(closed.available()); });
    check_names_operation("at_mark", [&] { static_cast<void>(closed.at_mark()); });
    check_names_operation("local_endpoint", [&] { closed.local_endpoint(); });
    check_names_operation("remote_endpoint", [&] { closed.remote_endpoint(); });
    check_names_operation("non_blocking", [&] { closed.non_blocking(true); });
    check_names_operation("native_non_blocking", [&] { closed.native_non_blocking(true); });
    check_names_operation("set_option", [&] { closed.set_option(tcp::no_delay(true)); });
    tcp::no_delay option;
    check_names_operation("get_option", [&] { closed.get_option(option); });
    asio::socket_base::bytes_readable command;
    check_names_operation("io_control", [&] { closed.io_control(command); });
}

BOOST_AUTO_TEST_SUITE_END()
