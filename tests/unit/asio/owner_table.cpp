// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sockets and acceptors as owners: what happens to the descriptor, the pending operations and the
// cleanups when the owner ends.

#include "tests/unit/asio/network.hpp"

#include <handrail/asio/runner.hpp>
#include <handrail/leak_check.hpp>

#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace asio_test;
using handrail_test::make_test_runner;
using handrail_test::manual_runner;

namespace {

// Returns: what the peer reads: eof when the other side is closed, would_block when not.
error_code read_now(tcp_socket& socket) {
    four_bytes bytes;
    error_code ec;
    socket.non_blocking(true);
    socket.read_some(asio::buffer(bytes), ec);
    return ec;
}

// The leak check is on while it exists.
struct tracking {
    tracking() { handrail::leak_check::set_level(handrail::leak_check::level::handles); }
    tracking(tracking const&) = delete;
    tracking& operator=(tracking const&) = delete;
    ~tracking() { handrail::leak_check::set_level(handrail::leak_check::level::off); }
};
struct tracked_network : tracking, network {};

// Returns: what the leak check knows of a socket.
template <class Socket>
handrail::leak_check::live_handle live(Socket& socket) {
    for (auto& each : handrail::leak_check::live_handles()) {
        if (each.number == static_cast<std::uint64_t>(socket.native_handle())) {
            return each;
        }
    }
    return {};
}
template <class Socket>
std::string entry(Socket& socket) {
    auto const found = live(socket);
    return found.kind + " " + found.name;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(owners, network)

BOOST_AUTO_TEST_CASE(a_socket_is_closed_first_then_its_cleanups_run) {
    auto [client, server] = connected();
    static error_code seen;
    {
        tcp_socket ended = std::move(server);
        add_cleanup(ended, &note, std::string("a"));
        add_cleanup(ended, [](tcp_socket* peer) { seen = read_now(*peer); }, &client);
        add_cleanup(ended, &note, std::string("b"));
    }
    BOOST_TEST(seen == asio::error::eof);
    BOOST_TEST(take_events() == (lines{"b", "a"}));
}

BOOST_AUTO_TEST_CASE(cleanups_move_along_and_the_moved_from_socket_is_empty) {
    auto [client, server] = connected();
    auto token = add_cleanup(client, &note, std::string("moved"));
    tcp_socket moved = std::move(client);
    BOOST_TEST(!client.is_open());
    BOOST_TEST(token.pending());
    BOOST_CHECK_THROW(add_cleanup(client, [] {}), std::invalid_argument);
    moved.close();
    BOOST_TEST(take_events() == lines{"moved"});
}

BOOST_AUTO_TEST_CASE(cleanups_move_along_to_another_type_of_executor) {
    auto [client, server] = connected();
    add_cleanup(client, &note, std::string("moved"));
    handrail::defer_close(client);
    {
        auto other = asio::use_awaitable_t<>::as_default_on(std::move(client));
        BOOST_TEST(!client.is_open());
        BOOST_TEST(other.is_open());
        BOOST_TEST(take_events().empty());
    }
    BOOST_TEST(take_events() == lines{"moved"});
    BOOST_TEST(read_now(server) == asio::error::eof);
}

BOOST_AUTO_TEST_CASE(move_assignment_ends_the_previous_socket) {
    auto [client, server] = connected();
    add_cleanup(client, &note, std::string("ended"));
    client = std::move(server);
    BOOST_TEST(client.is_open());
    BOOST_TEST(take_events() == lines{"ended"});
}

BOOST_AUTO_TEST_CASE(a_second_close_reports_nothing) {
    auto [client, server] = connected();
    add_cleanup(client, &note, std::string("once"));
    client.close();
    error_code ec = asio::error::eof;
    client.close(ec);
    BOOST_TEST(!ec);
    BOOST_TEST(take_events() == lines{"once"});
}

BOOST_AUTO_TEST_CASE(release_gives_the_descriptor_up_and_drops_the_cleanups) {
    auto [client, server] = connected();
    add_cleanup(client, &note, std::string("never"));
    int const fd = client.release();
    BOOST_TEST(!client.is_open());
    tcp_socket adopted(context, tcp::v4(), fd);
    asio::write(adopted, asio::buffer("ping", 4));
    four_bytes bytes;
    asio::read(server, asio::buffer(bytes));
    BOOST_TEST(text_of(bytes) == "ping");
    BOOST_TEST(take_events().empty());
}

BOOST_AUTO_TEST_CASE(a_released_socket_can_be_opened_again) {
    auto [client, server] = connected();
    ::close(client.release());
    client.connect(acceptor.local_endpoint());
    BOOST_TEST(client.is_open());
}

BOOST_AUTO_TEST_CASE(a_closed_socket_has_nothing_to_release) {
    tcp_socket closed(context);
    error_code ec;
    static_cast<void>(closed.release(ec));
    BOOST_TEST(ec == asio::error::bad_descriptor);
}

BOOST_AUTO_TEST_CASE(assigning_makes_the_descriptor_close_on_exec) {
    tcp_socket adopted(context);
    adopted.assign(tcp::v4(), ::socket(AF_INET, SOCK_STREAM, 0));
    BOOST_TEST(is_close_on_exec(adopted.native_handle()));
    add_cleanup(adopted, &note, std::string("adopted"));
    adopted.close();
    BOOST_TEST(take_events() == lines{"adopted"});
}

BOOST_AUTO_TEST_CASE(assigning_a_descriptor_that_is_not_open_is_refused) {
    tcp_socket socket(context);
    error_code ec;
    socket.assign(tcp::v4(), -1, ec);
    BOOST_TEST(ec == asio::error::bad_descriptor);
    BOOST_TEST(!socket.is_open());
}

BOOST_AUTO_TEST_CASE(an_open_socket_refuses_another_descriptor) {
    auto [client, server] = connected();
    error_code ec;
    client.assign(tcp::v4(), server.native_handle(), ec);
    BOOST_TEST(ec == asio::error::already_open);
    BOOST_TEST(server.is_open());
}

BOOST_AUTO_TEST_CASE(an_acceptor_is_an_owner) {
    {
        tcp_acceptor other(context, loopback());
        add_cleanup(other, &note, std::string("acceptor"));
    }
    BOOST_TEST(take_events() == lines{"acceptor"});
}

BOOST_AUTO_TEST_CASE(connecting_again_keeps_the_cleanups_of_the_owner) {
    tcp_socket client(context, tcp::v4());
    add_cleanup(client, &note, std::string("kept"));
    std::array const endpoints{refusing(), acceptor.local_endpoint()};
    BOOST_TEST(handrail::connect(client, endpoints) == endpoints[1]);
    BOOST_TEST(take_events().empty());
    client.close();
    BOOST_TEST(take_events() == lines{"kept"});
}

BOOST_AUTO_TEST_CASE(the_default_runner_takes_the_cleanups_of_accepted_sockets_too) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    tcp_socket const near = client();
    handrail::set_default_runner(runner);
    {
        tcp_socket accepted = acceptor.accept();
        add_cleanup(accepted, &note, std::string("on the runner"));
    }
    handrail::set_default_runner({});
    BOOST_TEST(take_events().empty());
    queue->run_one();
    BOOST_TEST(take_events() == lines{"on the runner"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(tracked, tracked_network)

BOOST_AUTO_TEST_CASE(the_leak_check_lists_a_socket_with_its_peer_and_the_line_that_opened_it) {
    tcp_socket near(context);
    std::optional<tcp_socket> far;
    auto const connected = [](error_code) {};
    auto const accepted = [&](error_code, tcp_socket s) { far.emplace(std::move(s)); };
    auto const line = std::source_location::current().line();
    near.async_connect(acceptor.local_endpoint(), connected);  // line + 1
    acceptor.async_accept(accepted);                           // line + 2
    run();
    BOOST_TEST_REQUIRE(far.has_value());
    std::string const server = handrail::detail::endpoint_text(acceptor.local_endpoint());
    std::string const client = handrail::detail::endpoint_text(near.local_endpoint());
    BOOST_TEST(entry(acceptor) == "tcp acceptor " + server);
    BOOST_TEST(entry(near) == "tcp socket to " + server);
    BOOST_TEST(entry(*far) == "tcp socket from " + client);
    BOOST_TEST(live(near).where.line() == line + 1);
    BOOST_TEST(live(*far).where.line() == line + 2);
}

BOOST_AUTO_TEST_CASE(the_use_of_a_closed_socket_is_reported) {
    handrail::leak_check::scoped_check check;
    auto [near, far] = connected();
    near.close();
    error_code ec;
    near.send(asio::buffer("late", 4), 0, ec);
    far.close();
    auto const findings = check.finish().findings;
    BOOST_TEST_REQUIRE(findings.size() == 1U);
    BOOST_TEST(findings[0].id == "HR011");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(deferred, network)

BOOST_AUTO_TEST_CASE(a_socket_with_a_deferred_close_is_closed_by_the_runner) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    auto [client, server] = connected();
    {
        tcp_socket ended = std::move(server);
        handrail::set_runner(ended, runner);
        handrail::defer_close(ended);
        add_cleanup(ended, &note, std::string("after the close"));
    }
    BOOST_TEST(read_now(client) == asio::error::would_block);
    queue->run_one();
    BOOST_TEST(take_events() == lines{"after the close"});
    BOOST_TEST(read_now(client) == asio::error::eof);
}

// The buffers of the operations may end with the owner.
BOOST_AUTO_TEST_CASE(the_end_of_a_socket_with_a_deferred_close_cancels_its_operations_at_once) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    auto [client, server] = connected();
    error_code result;
    four_bytes bytes{};
    {
        tcp_socket ended = std::move(server);
        handrail::set_runner(ended, runner);
        handrail::defer_close(ended);
        ended.async_read_some(asio::buffer(bytes),
                              [&](error_code ec, std::size_t) { result = ec; });
    }
    asio::write(client, asio::buffer("late", 4));
    run();
    BOOST_TEST(result == asio::error::operation_aborted);
    BOOST_TEST(bytes[0] == '\0');
    queue->run_one();
}

BOOST_AUTO_TEST_CASE(the_end_of_an_acceptor_with_a_deferred_close_cancels_its_accepts_at_once) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    error_code result;
    {
        tcp_acceptor ended(context, loopback());
        handrail::set_runner(ended, runner);
        handrail::defer_close(ended);
        ended.async_accept([&](error_code ec, tcp_socket) { result = ec; });
        poll();
    }
    run();
    BOOST_TEST(result == asio::error::operation_aborted);
    queue->run_one();
}

BOOST_AUTO_TEST_CASE(a_deferred_close_that_waits_on_its_own_context_ends_with_it) {
    std::optional<asio::io_context> other(std::in_place);
    auto const before = handrail::cleanup_stats().executed;
    {
        local_socket a(*other), b(*other);
        handrail::connect_pair(a, b);
        handrail::set_runner(a, handrail::make_runner(other->get_executor()));
        handrail::defer_close(a);
        add_cleanup(a, [] {});
    }
    BOOST_TEST(handrail::cleanup_stats().executed == before);
    other.reset();
    BOOST_TEST(handrail::cleanup_stats().executed == before + 1);
}

BOOST_AUTO_TEST_CASE(a_forked_child_that_notifies_its_context_closes_its_own_copy) {
    auto [client, server] = connected();
    four_bytes bytes;
    error_code result = asio::error::eof;
    server.async_read_some(asio::buffer(bytes), [&](error_code ec, std::size_t) { result = ec; });
    poll();
    context.notify_fork(asio::io_context::fork_prepare);
    pid_t const child = ::fork();
    if (child == 0) {
        context.notify_fork(asio::io_context::fork_child);
        add_cleanup(server, [] { ::_exit(1); });  // registered in the child
        ::alarm(30);
        tcp_socket ended = std::move(server);
        ended = tcp_socket(context);
        ::_exit(2);
    }
    context.notify_fork(asio::io_context::fork_parent);
    int status = 0;
    BOOST_TEST(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WEXITSTATUS(status) == 1);
    asio::write(client, asio::buffer("ping", 4));
    run();
    BOOST_TEST(!result);
}

BOOST_AUTO_TEST_SUITE_END()
