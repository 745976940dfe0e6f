// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a socket that connect() gave another descriptor became another owner for the leak check,
// although its cleanups stay with it. What they kept alive was no longer reported, and that its
// owner was intentional was forgotten.
// Correct: it is the same owner.

#include "tests/unit/asio/network.hpp"

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

using namespace asio_test;
namespace leak_check = handrail::leak_check;

namespace {

struct session {
    explicit session(asio::io_context& on) : socket(on, tcp::v4()) {}
    tcp_socket socket;
};

struct checked_network : network {
    checked_network() { leak_check::set_level(leak_check::level::handles); }
    checked_network(checked_network const&) = delete;
    checked_network& operator=(checked_network const&) = delete;
    ~checked_network() { leak_check::set_level(leak_check::level::off); }

    void connect(tcp_socket& socket) {
        handrail::connect(socket, std::array{acceptor.local_endpoint()});
    }
};

std::string rules_of(leak_check::report const& found) {
    std::string rules;
    for (leak_check::finding const& each : found.findings) {
        rules += each.id;
        rules += ' ';
    }
    return rules;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(findings_lost_by_connecting_again, checked_network)

BOOST_AUTO_TEST_CASE(a_cleanup_that_holds_its_socket_is_found_after_another_connect) {
    auto const leaking = handrail::make<session>(context);
    auto token = handrail::add_cleanup(leaking->socket, handrail::capturing([leaking] {}));
    std::string const before = rules_of(leak_check::check_now());
    connect(leaking->socket);
    BOOST_TEST(!before.empty());
    BOOST_TEST(rules_of(leak_check::check_now()) == before);
    token.stop();
}

BOOST_AUTO_TEST_CASE(an_intentionally_open_socket_stays_one_after_another_connect) {
    tcp_socket kept(context, tcp::v4());
    leak_check::mark_intentional(kept, "for the next request");
    connect(kept);
    auto const open = leak_check::check_now({.open_handles = true});
    BOOST_TEST(rules_of(open).empty());
}

BOOST_AUTO_TEST_SUITE_END()
