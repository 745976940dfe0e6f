// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: inside a socket, the guard began at the ninth byte, because Asio's socket and ours have the
// same empty base, which cannot be twice at one address. Pointers to the socket were not recognised
// as pointers to the owner, and those to what lies behind it were.
// Correct: the guard lies at the beginning of every guard.

#include "tests/unit/asio/network.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/handle.hpp>
#include <handrail/mapping.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>

using namespace asio_test;
using handrail::add_cleanup;
using handrail::self_capture;

namespace {

struct session {
    tcp_socket socket;
    int bytes_read = 0;
};

// Whether the owner's memory, as cleanups know it, is that of the guard.
template <class Guard>
void expect_at_the_beginning(Guard& guard) {
    auto const memory = handrail_owner(guard).object;
    BOOST_TEST(memory.begin == static_cast<void*>(&guard));
    BOOST_TEST(memory.size == sizeof guard);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pointers_to_guards, network)

BOOST_AUTO_TEST_CASE(the_guard_lies_at_the_beginning) {
    tcp_socket socket = client();
    expect_at_the_beginning(socket);
    expect_at_the_beginning(acceptor);
    local_socket local(context);
    expect_at_the_beginning(local);
    auto file = handrail::file::open("/proc/self/exe", handrail::file::read_only);
    expect_at_the_beginning(file);
    auto mapping = handrail::mapping::map(file);
    expect_at_the_beginning(mapping);
    handrail::descriptor descriptor(file.release());
    expect_at_the_beginning(descriptor);
}

BOOST_AUTO_TEST_CASE(a_pointer_to_the_socket_is_refused) {
    session s{client()};
    BOOST_CHECK_THROW(add_cleanup(s.socket, [](tcp_socket*) {}, &s.socket), self_capture);
    BOOST_CHECK_THROW(add_cleanup(acceptor, [](tcp_acceptor*) {}, &acceptor), self_capture);
}

BOOST_AUTO_TEST_CASE(a_reference_to_the_socket_is_refused) {
    session s{client()};
    BOOST_CHECK_THROW(add_cleanup(s.socket, [](tcp_socket&) {}, std::ref(s.socket)), self_capture);
}

BOOST_AUTO_TEST_CASE(a_pointer_to_the_member_behind_the_socket_is_not_refused) {
    session s{client()};
    BOOST_CHECK_NO_THROW(add_cleanup(s.socket, [](int*) {}, &s.bytes_read).stop());
}

BOOST_AUTO_TEST_SUITE_END()
