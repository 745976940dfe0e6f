// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: files and other guards of descriptors converted to borrowed_descriptor, and sockets did not.
// Correct: they do.

#include "tests/unit/asio/network.hpp"

#include <handrail/handle.hpp>

#include <boost/test/unit_test.hpp>

#include <type_traits>

using namespace asio_test;
using handrail::borrowed_descriptor;

namespace {

int number_of(borrowed_descriptor lent) { return lent.native_handle(); }

static_assert(handrail::lends_to<local_socket, handrail::descriptor_traits>);
static_assert(!std::is_convertible_v<borrowed_descriptor, tcp_socket>);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(borrowed_sockets, network)

BOOST_AUTO_TEST_CASE(sockets_and_acceptors_lend_their_descriptors) {
    tcp_socket socket = client();
    borrowed_descriptor const lent = socket;
    BOOST_TEST(lent.native_handle() == socket.native_handle());
    BOOST_TEST((lent == socket));
    BOOST_TEST(number_of(acceptor) == acceptor.native_handle());
}

BOOST_AUTO_TEST_CASE(a_closed_socket_lends_nothing) {
    tcp_socket socket = client();
    socket.close();
    BOOST_TEST(!borrowed_descriptor(socket).is_open());
}

BOOST_AUTO_TEST_SUITE_END()
