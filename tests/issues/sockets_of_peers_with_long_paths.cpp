// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: with the leak check on, a socket made from one of Asio's asked that one for its peer's
// address. Asio throws if that is a path without terminator; the socket was closed by then.
// Correct: it takes the socket over, and is named after the complete path.

#include "tests/support/temporary_directory.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>

namespace asio = boost::asio;
namespace leak_check = handrail::leak_check;
using handrail_test::temporary_directory;
using local = asio::local::stream_protocol;

namespace {

// Effects: binds the socket to a path as long as the system allows, which Asio refuses to do.
void bind_without_terminator(int fd, std::string const& path) {
    sockaddr_un own{};
    own.sun_family = AF_UNIX;
    BOOST_TEST_REQUIRE(path.size() == sizeof own.sun_path);
    path.copy(own.sun_path, sizeof own.sun_path);
    BOOST_TEST_REQUIRE(::bind(fd, reinterpret_cast<sockaddr const*>(&own), sizeof own) == 0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_socket_whose_peer_has_the_longest_path_is_taken_over_from_asio) {
    asio::io_context context;
    temporary_directory const folder;
    local::acceptor acceptor(context, local::endpoint((folder / "server").string()));
    std::string longest = (folder / "c").string();
    longest.resize(sizeof(sockaddr_un::sun_path), 'c');
    local::socket client(context, local());
    bind_without_terminator(client.native_handle(), longest);
    client.connect(acceptor.local_endpoint());
    local::socket plain = acceptor.accept();

    leak_check::set_level(leak_check::level::handles);
    {
        handrail::local_socket const guarded = std::move(plain);
        BOOST_TEST(guarded.is_open());
        auto const handles = leak_check::live_handles();
        BOOST_TEST_REQUIRE(handles.size() == 1U);
        BOOST_TEST(handles[0].name == "with " + longest);
    }
    leak_check::set_level(leak_check::level::off);
}
