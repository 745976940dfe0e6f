// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How sockets end: as Asio's, without waiting for unsent data, and with nothing left that refers to
// an execution context, whatever ends first. tests/issues/context_ends.cpp has the contexts.

#include "tests/support/owners.hpp"

#include <handrail/asio/runner.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include <sys/socket.h>

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

enum class seen { end_of_stream, reset };
std::ostream& operator<<(std::ostream& out, seen what) {
    return out << (what == seen::reset ? "reset" : "end of stream");
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
    // Returns: one that a close which honours SO_LINGER resets at once. Then it need not be
    // waited for to see whether a close did.
    template <class Socket = tcp_socket>
    Socket abortive() {
        Socket near = connected<Socket>();
        near.set_option(lingering(true, 0));
        return near;
    }
    seen what_peer_sees() {
        std::array<char, 1> byte;
        error_code ec;
        peer->read_some(asio::buffer(byte), ec);
        BOOST_TEST((ec == asio::error::eof || ec == asio::error::connection_reset));
        return ec == asio::error::eof ? seen::end_of_stream : seen::reset;
    }
};

// The ways to end a socket that cannot report.
template <class Socket>
void destroy(Socket ended) {
    Socket const moved(std::move(ended));
}
template <class Socket>
void assign_over(Socket ended) {
    ended = Socket(ended.get_executor());
}

// Returns: whether call ends although the peer does not read. unblock ends it otherwise.
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

BOOST_FIXTURE_TEST_SUITE(socket_ends, network)

BOOST_AUTO_TEST_CASE(an_end_with_linger_is_that_of_asio_s_socket) {
    destroy(abortive<tcp::socket>());
    auto const as_asio = what_peer_sees();
    BOOST_TEST(as_asio == seen::end_of_stream);
    destroy(abortive());
    BOOST_TEST(what_peer_sees() == as_asio);
    assign_over(abortive<tcp::socket>());
    BOOST_TEST(what_peer_sees() == as_asio);
    assign_over(abortive());
    BOOST_TEST(what_peer_sees() == as_asio);
}

BOOST_AUTO_TEST_CASE(close_honours_linger_as_asio_s_does) {
    abortive<tcp::socket>().close();
    BOOST_TEST(what_peer_sees() == seen::reset);
    abortive().close();
    BOOST_TEST(what_peer_sees() == seen::reset);
}

BOOST_AUTO_TEST_CASE(an_end_does_not_wait_for_unsent_data) {
    tcp_socket near = connected();
    near.set_option(lingering(true, 60));
    fill(near);
    BOOST_TEST(returns_at_once([&near] { destroy(std::move(near)); }, [this] { peer->close(); }));
}

// Asio does not know of these.
BOOST_AUTO_TEST_CASE(linger_that_was_set_without_the_socket_s_knowledge_does_not_wait_either) {
    tcp_socket near = connected();
    ::linger const now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(near.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    destroy(std::move(near));
    BOOST_TEST(what_peer_sees() == seen::end_of_stream);

    acceptor.set_option(lingering(true, 0));  // accepted sockets inherit it
    tcp_socket client(context);
    client.connect(acceptor.local_endpoint());
    destroy(acceptor.accept());
    peer.emplace(std::move(client));
    BOOST_TEST(what_peer_sees() == seen::end_of_stream);
}

BOOST_AUTO_TEST_CASE(an_acceptor_with_linger_ends_without_waiting) {
    acceptor.set_option(lingering(true, 60));
    BOOST_TEST(returns_at_once([this] { destroy(std::move(acceptor)); }, [] {}));
}

BOOST_AUTO_TEST_CASE(a_deferred_close_without_a_runner_is_an_end_like_any_other) {
    tcp_socket near = abortive();
    handrail::defer_close(near);
    destroy(std::move(near));
    BOOST_TEST(what_peer_sees() == seen::end_of_stream);
}

BOOST_AUTO_TEST_CASE(the_runner_s_close_honours_linger_as_close_does) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    tcp_socket near = abortive();
    handrail::set_runner(near, runner);
    handrail::defer_close(near);
    destroy(std::move(near));
    queue->run_one();
    BOOST_TEST(what_peer_sees() == seen::reset);
}

BOOST_AUTO_TEST_CASE(a_close_that_the_runner_did_not_do_waits_for_nothing) {
    handrail_test::failure_recorder failures;
    tcp_socket refused = abortive();
    handrail::set_runner(refused, handrail::runner(new refusing_runner));
    handrail::defer_close(refused);
    destroy(std::move(refused));
    BOOST_TEST(what_peer_sees() == seen::end_of_stream);
    BOOST_TEST(failures.recorded().size() == 1U);

    auto const [runner, queue] = make_test_runner<manual_runner>();
    tcp_socket forgotten = abortive();
    handrail::set_runner(forgotten, runner);
    handrail::defer_close(forgotten);
    destroy(std::move(forgotten));
    static_cast<void>(queue->take());  // destroyed unrun
    BOOST_TEST(what_peer_sees() == seen::end_of_stream);
}

// The operations of a socket that ends are over, also when its close is left to a runner.
BOOST_AUTO_TEST_CASE(operations_of_a_socket_that_ends_are_aborted_before_the_deferred_close) {
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
