// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: the destructor of a socket honoured SO_LINGER, and could thereby block until unsent data was
// sent or the connection was reset.
// Correct: a socket ends as Asio's does: destructors and assignments do not wait, and close() does
// if the program asked for it. context_destroyed_first.cpp has the cases in which the execution
// context is destroyed before the socket.

#include "tests/support/owners.hpp"

#include <handrail/asio/beast.hpp>
#include <handrail/asio/runner.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using handrail::tcp_acceptor;
using handrail::tcp_socket;
using handrail_test::make_test_runner;
using handrail_test::manual_runner;
using handrail_test::refusing_runner;
using lingering = asio::socket_base::linger;

namespace {

enum class peer_result { end_of_stream, reset };
std::ostream& operator<<(std::ostream& out, peer_result what) {
    return out << (what == peer_result::reset ? "reset" : "end of stream");
}

struct network {
    asio::io_context context;
    tcp_acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    std::optional<tcp_socket> peer;

    // Returns: a socket whose other end is peer.
    template <class Socket = tcp_socket>
    Socket connected() {
        Socket near(context);
        near.connect(acceptor.local_endpoint());
        peer.emplace(acceptor.accept());
        return near;
    }
    // Returns: a connected socket with a linger time of zero: a close that honours SO_LINGER resets
    //   the connection at once, so that the test sees whether it did without waiting.
    template <class Socket = tcp_socket>
    Socket with_zero_linger() {
        Socket near = connected<Socket>();
        near.set_option(lingering(true, 0));
        return near;
    }
    peer_result read_by_peer() {
        std::array<char, 1> byte;
        error_code ec;
        peer->read_some(asio::buffer(byte), ec);
        BOOST_TEST((ec == asio::error::eof || ec == asio::error::connection_reset));
        return ec == asio::error::eof ? peer_result::end_of_stream : peer_result::reset;
    }
};

// The endings of a socket that report no error.
template <class Socket>
void destroy(Socket ended) {
    Socket const moved(std::move(ended));
}
template <class Socket>
void assign_over(Socket ended) {
    ended = Socket(ended.get_executor());
}

// Returns: whether call() returns although the peer does not read. If it does not within ten
//   seconds, unblock() lets it.
template <class Call, class Unblock>
bool returns_at_once(Call call, Unblock unblock) {
    auto const done = std::async(std::launch::async, std::move(call));
    bool const at_once = done.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    unblock();
    return at_once;
}

void fill(tcp_socket& socket) {
    std::vector<char> const block(1 << 16);
    error_code ec;
    socket.non_blocking(true);
    while (socket.write_some(asio::buffer(block), ec) != 0) {
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(linger_in_destructors, network)

BOOST_AUTO_TEST_CASE(destructor_and_assignment_ignore_linger_as_asio_does) {
    destroy(with_zero_linger<tcp::socket>());
    auto const read_after_asio = read_by_peer();
    BOOST_TEST(read_after_asio == peer_result::end_of_stream);
    destroy(with_zero_linger());
    BOOST_TEST(read_by_peer() == read_after_asio);
    assign_over(with_zero_linger<tcp::socket>());
    BOOST_TEST(read_by_peer() == read_after_asio);
    assign_over(with_zero_linger());
    BOOST_TEST(read_by_peer() == read_after_asio);
}

BOOST_AUTO_TEST_CASE(the_close_of_beast_after_a_timeout_ignores_linger) {
    tcp_socket near = with_zero_linger();
    beast_close_socket(near);
    BOOST_TEST(read_by_peer() == peer_result::end_of_stream);
}

BOOST_AUTO_TEST_CASE(the_close_of_a_connect_that_replaces_the_descriptor_ignores_linger) {
    tcp_socket near = with_zero_linger();
    error_code ec;
    handrail::connect(near, std::array{acceptor.local_endpoint()}, ec);
    BOOST_TEST(ec == error_code());
    BOOST_TEST(read_by_peer() == peer_result::end_of_stream);
}

BOOST_AUTO_TEST_CASE(an_error_of_a_close_for_beast_goes_to_the_failure_handler) {
    handrail_test::failure_recorder failures;
    tcp_socket near = connected();
    ::close(near.native_handle());
    beast_close_socket(near);
    BOOST_TEST(failures.recorded().size() == 1U);

    tcp_socket other = connected();
    ::close(other.native_handle());
    error_code ec;
    teardown(boost::beast::role_type::client, other, ec);
    BOOST_TEST(ec == asio::error::bad_descriptor);
    BOOST_TEST(failures.recorded().size() == 2U);
}

BOOST_AUTO_TEST_CASE(close_honours_linger_as_asio_does) {
    with_zero_linger<tcp::socket>().close();
    BOOST_TEST(read_by_peer() == peer_result::reset);
    with_zero_linger().close();
    BOOST_TEST(read_by_peer() == peer_result::reset);
}

BOOST_AUTO_TEST_CASE(a_destructor_does_not_wait_for_unsent_data) {
    tcp_socket near = connected();
    near.set_option(lingering(true, 60));
    fill(near);
    BOOST_TEST(returns_at_once([&near] { destroy(std::move(near)); }, [this] { peer->close(); }));
}

// Asio does not know about these options.
BOOST_AUTO_TEST_CASE(a_destructor_ignores_linger_that_was_set_on_the_descriptor_or_inherited) {
    tcp_socket near = connected();
    ::linger const now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(near.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    destroy(std::move(near));
    BOOST_TEST(read_by_peer() == peer_result::end_of_stream);

    acceptor.set_option(lingering(true, 0));  // accepted sockets inherit it
    tcp_socket client(context);
    client.connect(acceptor.local_endpoint());
    destroy(acceptor.accept());
    peer.emplace(std::move(client));
    BOOST_TEST(read_by_peer() == peer_result::end_of_stream);
}

BOOST_AUTO_TEST_CASE(the_destructor_of_an_acceptor_ignores_linger) {
    acceptor.set_option(lingering(true, 60));
    BOOST_TEST(returns_at_once([this] { destroy(std::move(acceptor)); }, [] {}));
}

BOOST_AUTO_TEST_CASE(a_destructor_with_defer_close_but_no_runner_ignores_linger) {
    tcp_socket near = with_zero_linger();
    handrail::defer_close(near);
    destroy(std::move(near));
    BOOST_TEST(read_by_peer() == peer_result::end_of_stream);
}

BOOST_AUTO_TEST_CASE(a_deferred_close_on_a_runner_honours_linger) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    tcp_socket near = with_zero_linger();
    handrail::set_runner(near, runner);
    handrail::defer_close(near);
    destroy(std::move(near));
    queue->run_one();
    BOOST_TEST(read_by_peer() == peer_result::reset);
}

BOOST_AUTO_TEST_CASE(a_deferred_close_that_the_runner_refuses_or_drops_ignores_linger) {
    handrail_test::failure_recorder failures;
    tcp_socket refused = with_zero_linger();
    handrail::set_runner(refused, handrail::runner(std::make_unique<refusing_runner>()));
    handrail::defer_close(refused);
    destroy(std::move(refused));
    BOOST_TEST(read_by_peer() == peer_result::end_of_stream);
    BOOST_TEST(failures.recorded().size() == 1U);

    auto const [runner, queue] = make_test_runner<manual_runner>();
    tcp_socket forgotten = with_zero_linger();
    handrail::set_runner(forgotten, runner);
    handrail::defer_close(forgotten);
    destroy(std::move(forgotten));
    static_cast<void>(queue->take());  // destroyed unrun
    BOOST_TEST(read_by_peer() == peer_result::end_of_stream);
}

// The operations end with the socket, although its descriptor is closed later.
BOOST_AUTO_TEST_CASE(operations_are_aborted_when_the_socket_ends_before_its_deferred_close) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    error_code result;
    {
        std::array<char, 1> byte;
        tcp_socket near = connected();
        near.async_read_some(asio::buffer(byte), [&](error_code ec, std::size_t) { result = ec; });
        handrail::set_runner(near, runner);
        handrail::defer_close(near);
    }
    context.run();
    BOOST_TEST(result == asio::error::operation_aborted);
    BOOST_TEST(queue->size() == 1U);
    queue->run_one();
}

BOOST_AUTO_TEST_SUITE_END()
