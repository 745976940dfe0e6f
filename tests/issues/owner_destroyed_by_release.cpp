// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: release() and release_asio_socket() wrote to the socket after they had dropped its cleanups.
// A cleanup's argument may be the last reference to the object that has the socket; dropping it
// destroys the socket. AddressSanitizer notices the access.
// Correct: the socket is not accessed after its cleanups have been dropped.

#include "tests/unit/asio/network.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>

#include <unistd.h>

using namespace asio_test;

namespace {

struct session {
    tcp_socket socket;
    bool& is_destroyed;
    ~session() { is_destroyed = true; }
};

// Returns: a session that only a cleanup of its socket keeps alive.
session& kept_by_its_cleanup(tcp_socket socket, bool& is_destroyed) {
    std::shared_ptr<session> only(new session{std::move(socket), is_destroyed});
    session& result = *only;
    add_cleanup(result.socket, handrail::capturing([only = std::move(only)] {}));
    return result;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(owner_destroyed_by_release, network)

BOOST_AUTO_TEST_CASE(by_the_release_of_its_descriptor) {
    bool is_destroyed = false;
    int const fd = kept_by_its_cleanup(client(), is_destroyed).socket.release();
    BOOST_TEST(is_destroyed);
    BOOST_TEST(::close(fd) == 0);
}

BOOST_AUTO_TEST_CASE(by_the_release_of_its_asio_socket) {
    bool is_destroyed = false;
    auto const released = kept_by_its_cleanup(client(), is_destroyed).socket.release_asio_socket();
    BOOST_TEST(is_destroyed);
    BOOST_TEST(released.is_open());
}

BOOST_AUTO_TEST_SUITE_END()
