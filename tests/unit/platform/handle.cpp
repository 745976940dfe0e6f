// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "support.hpp"

#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace handrail;
using namespace handrail::test;
using port::handle;
using port::handle_kind;

namespace {

// Two TCP sockets on loopback: a listening one, and one that has connected to it.
handle listen_on_loopback(sockaddr_in& address) {
    error_code ec;
    handle const h = port::open_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP, ec);
    BOOST_REQUIRE(!ec);
    address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    BOOST_REQUIRE(::bind(h, raw, length) == 0);
    BOOST_REQUIRE(::listen(h, 8) == 0);
    BOOST_REQUIRE(::getsockname(h, raw, &length) == 0);
    return h;
}

handle connect_to(sockaddr_in const& address) {
    error_code ec;
    handle const h = port::open_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP, ec);
    BOOST_REQUIRE(::connect(h, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0);
    return h;
}

// Effects: accepts a connection from any peer.
handle accept_any(handle listener, port::error_code& ec) {
    std::size_t no_address = 0;
    return port::accept_socket(listener, nullptr, no_address, ec);
}

void close_all(std::vector<handle> const& handles) {
    for (handle const h : handles) {
        BOOST_TEST(!port::close_handle(h));
    }
}

// Returns: a handle from each function of the port that opens one.
std::vector<handle> one_of_each(scratch const& files) {
    error_code ec;
    sockaddr_in address;
    auto const listener = listen_on_loopback(address);
    auto const client = connect_to(address);
    auto const pair = port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec);
    auto const pipe = port::open_pipe(ec);
    return {port::open_file(files.write("f", "x"), {}, ec),
            port::create_report_file(files.path("report"), ec),
            listener,
            client,
            accept_any(listener, ec),
            pair.first,
            pair.second,
            pipe.first,
            pipe.second};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(closing, clean_test)

BOOST_AUTO_TEST_CASE(closing_twice_is_reported) {
    auto const h = open(files.write("f", "x"));
    BOOST_TEST(!port::close_handle(h));
    BOOST_TEST(port::close_handle(h) == errc::bad_file_descriptor);
}

BOOST_AUTO_TEST_CASE(closing_the_invalid_handle_is_reported) {
    BOOST_TEST(port::close_handle(port::invalid_handle) == errc::bad_file_descriptor);
}

BOOST_AUTO_TEST_CASE(every_handle_is_created_close_on_exec) {
    auto const handles = one_of_each(files);
    for (handle const h : handles) {
        BOOST_TEST(h != port::invalid_handle);
        BOOST_TEST(port::is_close_on_exec(h, ec));
        BOOST_TEST(!ec);
    }
    close_all(handles);
}

BOOST_AUTO_TEST_CASE(a_started_program_inherits_none_of_the_handles) {
    auto const handles = one_of_each(files);
    std::string command = "for n in";
    for (handle const h : handles) {
        command += ' ' + std::to_string(h);
    }
    command += "; do if test -e /dev/fd/$n; then exit 1; fi; done";
    BOOST_TEST(std::system(command.c_str()) == 0);
    close_all(handles);
}

BOOST_AUTO_TEST_CASE(close_on_exec_can_be_set_on_a_foreign_handle) {
    handle const h = ::open("/dev/null", O_RDONLY);
    BOOST_TEST(!port::is_close_on_exec(h, ec));
    BOOST_TEST(!ec);
    port::set_close_on_exec(h, ec);
    BOOST_TEST(!ec);
    BOOST_TEST(port::is_close_on_exec(h, ec));
    close_all({h});
    port::set_close_on_exec(h, ec);
    BOOST_TEST(ec == errc::bad_file_descriptor);
    BOOST_TEST(!port::is_close_on_exec(h, ec));
    BOOST_TEST(ec == errc::bad_file_descriptor);
}

BOOST_AUTO_TEST_CASE(kind_of_recognises_every_kind) {
    auto const pair = port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec);
    auto const pipe = port::open_pipe(ec);
    auto const regular = open(files.write("f", "x"));
    auto const device = open("/dev/null");
    handle const directory = ::open("/", O_RDONLY);
    std::map<handle, handle_kind> const expected{{regular, handle_kind::regular_file},
                                                 {device, handle_kind::character_device},
                                                 {directory, handle_kind::directory},
                                                 {pair.first, handle_kind::socket},
                                                 {pipe.first, handle_kind::pipe}};
    for (auto const& [h, kind] : expected) {
        BOOST_TEST(port::kind_of(h, ec) == kind);
        BOOST_TEST(!ec);
    }
    close_all({pair.first, pair.second, pipe.first, pipe.second, regular, device, directory});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(sockets, clean_test)

BOOST_AUTO_TEST_CASE(an_accepted_socket_is_connected_to_its_client) {
    sockaddr_in address;
    auto const listener = listen_on_loopback(address);
    auto const client = connect_to(address);
    auto const server = accept_any(listener, ec);
    BOOST_TEST(!ec);
    BOOST_TEST(port::write_some(client, "hi", 2, ec) == 2U);
    char text[3] = {};
    BOOST_TEST(port::read_some(server, text, 2, ec) == 2U);
    BOOST_TEST(std::string(text) == "hi");
    close_all({server, client, listener});
}

BOOST_AUTO_TEST_CASE(accepting_without_a_connection_would_block) {
    sockaddr_in address;
    auto const listener = listen_on_loopback(address);
    ::fcntl(listener, F_SETFL, O_NONBLOCK);
    BOOST_TEST(accept_any(listener, ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::operation_would_block);
    close_all({listener});
}

BOOST_AUTO_TEST_CASE(too_many_open_files_keeps_the_connection_in_the_queue) {
    sockaddr_in address;
    auto const listener = listen_on_loopback(address);
    auto const client = connect_to(address);
    BOOST_TEST(in_child([&] {
                   forbid_descriptors();
                   accept_any(listener, ec);
                   return ec == errc::too_many_files_open ? 0 : 1;
               }) == 0);
    auto const server = accept_any(listener, ec);
    BOOST_TEST(!ec);
    close_all({server, client, listener});
}

BOOST_AUTO_TEST_CASE(accepting_from_a_handle_that_is_not_a_socket_is_reported) {
    auto const h = open("/dev/null");
    accept_any(h, ec);
    BOOST_TEST(ec == errc::not_a_socket);
    close_all({h});
}

BOOST_AUTO_TEST_CASE(an_unknown_family_is_reported) {
    BOOST_TEST(port::open_socket(12345, SOCK_STREAM, 0, ec) == port::invalid_handle);
    BOOST_TEST(ec == errc::address_family_not_supported);
    auto const pair = port::open_socket_pair(AF_INET, SOCK_STREAM, 0, ec);
    BOOST_TEST(pair.first == port::invalid_handle);
    BOOST_TEST(ec == errc::operation_not_supported);
}

BOOST_AUTO_TEST_CASE(pairs_are_connected) {
    auto const pair = port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec);
    BOOST_TEST(!ec);
    char byte = 0;
    BOOST_TEST(port::write_some(pair.second, "x", 1, ec) == 1U);
    BOOST_TEST(port::read_some(pair.first, &byte, 1, ec) == 1U);
    auto const pipe = port::open_pipe(ec);
    BOOST_TEST(!ec);
    BOOST_TEST(port::write_some(pipe.second, "y", 1, ec) == 1U);
    BOOST_TEST(port::read_some(pipe.first, &byte, 1, ec) == 1U);
    BOOST_TEST(byte == 'y');
    close_all({pair.first, pair.second, pipe.first, pipe.second});
}

BOOST_AUTO_TEST_CASE(too_many_open_files_is_reported_by_every_creator) {
    BOOST_TEST(in_child([&] {
                   forbid_descriptors();
                   auto const full = [&] {
                       return std::exchange(ec, {}) == errc::too_many_files_open;
                   };
                   port::open_socket(AF_INET, SOCK_STREAM, 0, ec);
                   bool right = full();
                   port::open_socket_pair(AF_UNIX, SOCK_STREAM, 0, ec);
                   right = right && full();
                   port::open_pipe(ec);
                   right = right && full();
                   port::create_report_file("/tmp/handrail-never-made", ec);
                   return right && full() ? 0 : 1;
               }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(an_identity_is_that_of_the_open_file_not_of_the_descriptor_number) {
    error_code ec;
    handle const first = port::open_file("/proc/self/exe", {}, ec);
    handle const second = port::open_file("/proc/self/exe", {}, ec);
    handle const other = port::open_file("/dev/null", {}, ec);
    auto const identity = port::identity_of(first, ec);
    BOOST_TEST((port::identity_of(second, ec) == identity));
    BOOST_TEST(!(port::identity_of(other, ec) == identity));
    close_all({first, second, other});
    BOOST_TEST((port::identity_of(first, ec) == port::handle_identity{}));
    BOOST_TEST((ec == errc::bad_file_descriptor));
}
