// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sockets on a system that fails.

#include "tests/fake_port/fake.hpp"
#include "tests/support/descriptors.hpp"
#include "tests/unit/asio/network.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

#include <sys/socket.h>
#include <unistd.h>

using namespace asio_test;
using fault = handrail::fake::fault;
using handrail::fake::operation;
namespace errc = boost::system::errc;
namespace fake = handrail::fake;

namespace {

struct failing_network : network {
    failing_network() { fake::reset(); }
    ~failing_network() {
        BOOST_TEST(fake::bad_closes() == 0U);
        fake::reset();
    }

    std::optional<error_code> accepted;
    tcp_socket peer{context};
    void start_accept() {
        acceptor.async_accept(peer, [this](error_code ec) { accepted = ec; });
    }
};

// Effects: calls every operation that uses the port. Errors: throws if one fails.
void use(network& n) {
    tcp_acceptor listener(n.context, loopback());
    tcp_socket near(n.context), far(n.context);
    handrail::connect(near, std::array{listener.local_endpoint()});
    listener.accept(far);
    tcp_socket other(n.context);
    other.assign(tcp::v4(), near.release());
    local_socket a(n.context), b(n.context);
    handrail::connect_pair(a, b);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(faults, failing_network)

BOOST_AUTO_TEST_CASE(every_failing_call_is_reported_and_leaks_nothing) {
    auto const before = handrail_test::open_descriptors();
    handrail_test::failure_recorder failures;  // receives closes that fail in destructors
    std::size_t points = 0;
    for (bool struck = true; struck; ++points) {
        failures.recorded().clear();
        fault const any(points + 1, errc::io_error);
        int released = -1;  // belongs to the caller again if assign fails
        std::string const what = message_of([&] {
            try {
                use(*this);
            } catch (boost::system::system_error const& e) {
                if (begins_with(e.what(), "assign")) {
                    auto const extra = handrail_test::open_descriptors();
                    for (auto const& [fd, target] : extra) {
                        released = before.contains(fd) ? released : fd;
                    }
                }
                throw;
            }
        });
        if (released >= 0) {
            ::close(released);
        }
        struck = any.struck();
        BOOST_TEST_INFO("fault point " << points + 1);
        BOOST_TEST((what.empty() && failures.recorded().empty()) == !struck);
        BOOST_TEST_INFO("fault point " << points + 1);
        BOOST_TEST(handrail_test::difference(before, handrail_test::open_descriptors()) == "");
    }
    BOOST_TEST(points > 5U);
}

BOOST_AUTO_TEST_CASE(a_close_that_fails_in_a_socket_s_destructor_reaches_the_failure_handler) {
    handrail_test::failure_recorder failures;
    auto const [runner, queue] = handrail_test::make_test_runner<handrail_test::manual_runner>();
    {
        fault const lost(operation::close_handle, 1, errc::io_error);
        {
            tcp_socket const moved = client();
        }
        BOOST_TEST(lost.struck());
    }
    BOOST_TEST_REQUIRE(failures.recorded().size() == 1U);
    {
        tcp_socket deferred = client();
        handrail::set_runner(deferred, runner);
        handrail::defer_close(deferred);
    }
    fault const lost(operation::close_handle, 1, errc::io_error);
    queue->run_one();
    BOOST_TEST(lost.struck());
    BOOST_TEST_REQUIRE(failures.recorded().size() == 2U);
    for (auto const& each : failures.recorded()) {
        BOOST_TEST((each.what == handrail::failure::kind::close));
        BOOST_TEST(each.error == errc::io_error);
    }
}

BOOST_AUTO_TEST_CASE(failures_to_open_name_the_operation) {
    tcp_socket client(context);
    fault const full(operation::open_socket, 1, errc::too_many_files_open);
    std::string const what = message_of([&] { client.open(tcp::v4()); });
    BOOST_TEST(begins_with(what, "open \"tcp socket\": Too many open files"));
    BOOST_TEST(!client.is_open());
}

BOOST_AUTO_TEST_CASE(async_connect_reports_a_failure_to_open_through_its_handler) {
    tcp_socket client(context);
    fault const full(operation::open_socket, 1, errc::too_many_files_open);
    error_code result;
    client.async_connect(acceptor.local_endpoint(), [&](error_code ec) { result = ec; });
    BOOST_TEST(!result);
    run();
    BOOST_TEST(result == errc::too_many_files_open);
}

BOOST_AUTO_TEST_CASE(a_range_goes_on_after_an_attempt_that_could_not_open) {
    std::array const endpoints{acceptor.local_endpoint(), acceptor.local_endpoint()};
    tcp_socket client(context);
    {
        fault const full(operation::open_socket, 1, errc::too_many_files_open);
        BOOST_TEST(handrail::connect(client, endpoints) == endpoints[1]);
    }
    fault const full(operation::open_socket, 1, errc::too_many_files_open);
    std::optional<error_code> result;
    handrail::async_connect(client, endpoints, [&](error_code ec, tcp::endpoint) { result = ec; });
    run();
    BOOST_TEST((result == error_code()));
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_aborted_is_skipped) {
    tcp_socket const near = client();
    fault const gone(operation::accept_socket, 1, errc::connection_aborted);
    BOOST_TEST(acceptor.accept().is_open());
    BOOST_TEST(fake::calls(operation::accept_socket) == 2U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_aborted_is_reported_if_the_option_says_so) {
    tcp_socket const near = client();
    acceptor.set_option(boost::asio::socket_base::enable_connection_aborted(true));
    {
        fault const gone(operation::accept_socket, 1, errc::connection_aborted);
        error_code ec;
        acceptor.accept(peer, ec);
        BOOST_TEST_REQUIRE((ec == errc::connection_aborted));
    }
    fault const gone(operation::accept_socket, 1, errc::protocol_error);
    start_accept();
    run();
    BOOST_TEST((accepted == errc::protocol_error));
    BOOST_TEST(!peer.is_open());
}

BOOST_AUTO_TEST_CASE(an_accept_without_descriptors_is_reported_and_may_be_tried_again) {
    tcp_socket const near = client();
    {
        fault const full(operation::accept_socket, 1, errc::too_many_files_open);
        start_accept();
        run();
        BOOST_TEST((accepted == errc::too_many_files_open));
        BOOST_TEST(!peer.is_open());
        fault const again(operation::accept_socket, 1, errc::too_many_files_open);
        std::string const what = message_of([&] { acceptor.accept(peer); });
        BOOST_TEST(begins_with(what, "accept \"tcp acceptor 127.0.0.1:"));
        BOOST_TEST(what.find("Too many open files") != std::string::npos);
    }
    start_accept();
    run();
    BOOST_TEST((accepted == error_code()));
    BOOST_TEST(peer.remote_endpoint() == near.local_endpoint());
}

BOOST_AUTO_TEST_CASE(an_accept_that_finds_nothing_waits_again) {
    tcp_socket const near = client();
    fault const taken(operation::accept_socket, 1, errc::operation_would_block);
    start_accept();
    run();
    BOOST_TEST((accepted == error_code()));
    BOOST_TEST(fake::calls(operation::accept_socket) == 2U);
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_cannot_be_adopted_stays_the_caller_s) {
    int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
    fault const fails(operation::set_close_on_exec, 1, errc::io_error);
    error_code ec;
    peer.assign(tcp::v4(), fd, ec);
    BOOST_TEST((ec == errc::io_error));
    BOOST_TEST(!peer.is_open());
    BOOST_TEST(::close(fd) == 0);
}

BOOST_AUTO_TEST_CASE(a_pair_that_cannot_be_made_leaves_both_closed) {
    local_socket a(context), b(context);
    fault const full(operation::open_socket_pair, 1, errc::too_many_files_open);
    std::string const what = message_of([&] { handrail::connect_pair(a, b); });
    BOOST_TEST(begins_with(what, "connect_pair: Too many open files"));
    BOOST_TEST(!a.is_open());
    BOOST_TEST(!b.is_open());
}

BOOST_AUTO_TEST_SUITE_END()
