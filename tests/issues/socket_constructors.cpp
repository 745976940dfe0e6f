// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: std::is_constructible claimed that a socket can be made of anything and a protocol; and the
// conversions of Asio's sockets were missing: to a more general protocol, and to and from Asio's
// own types.
// Correct: a socket is constructible from what Asio's is, and from Asio's socket.

#include "tests/unit/asio/network.hpp"

#include <handrail/leak_check.hpp>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>

using namespace asio_test;
namespace leak_check = handrail::leak_check;
using asio::generic::stream_protocol;
using handrail::local_acceptor;
using io_executor = asio::io_context::executor_type;
template <class Protocol, class Executor = asio::any_io_executor>
using socket_of = handrail::stream_socket<Protocol, Executor>;
template <class Protocol, class Executor = asio::any_io_executor>
using acceptor_of = handrail::acceptor<Protocol, Executor>;
using general_socket = socket_of<stream_protocol>;

namespace {

struct anything {};
// A context that is not the kind that sockets accept.
struct bare_context : asio::execution_context {};

template <class T, class... Arguments>
constexpr bool constructs = std::is_constructible_v<T, Arguments...>;
template <class T, class From>
constexpr bool converts_to = std::is_constructible_v<T, From> && std::is_convertible_v<From, T> &&
                             std::is_assignable_v<T&, From>;
template <class T, class From>
constexpr bool never_converts_to =
    !std::is_constructible_v<T, From> && !std::is_assignable_v<T&, From>;

// Constructors whose first argument is a context or an executor, as Asio's.
template <class T, class Context>
constexpr bool can_use =
    constructs<T, Context> && constructs<T, Context, typename T::protocol_type> &&
    constructs<T, Context, typename T::endpoint_type> &&
    constructs<T, Context, typename T::protocol_type, int>;
template <class T, class Context>
constexpr bool cannot_use =
    !constructs<T, Context> && !constructs<T, Context, typename T::protocol_type> &&
    !constructs<T, Context, typename T::endpoint_type> &&
    !constructs<T, Context, typename T::protocol_type, int>;

template <class T>
constexpr bool accepts_contexts_and_executors =
    can_use<T, asio::io_context&> && can_use<T, io_executor> && can_use<T, io_executor const&> &&
    can_use<T, asio::any_io_executor> && can_use<T, asio::thread_pool&> &&
    can_use<T, asio::thread_pool::executor_type> && cannot_use<T, anything> &&
    cannot_use<T, anything&> && cannot_use<T, int> && cannot_use<T, asio::io_context> &&
    cannot_use<T, asio::io_context const&> && cannot_use<T, asio::io_context*> &&
    cannot_use<T, bare_context&> && cannot_use<T, tcp_socket&> &&
    !constructs<T, asio::io_context&, anything> && !constructs<T>;
static_assert(accepts_contexts_and_executors<tcp_socket>);
static_assert(accepts_contexts_and_executors<tcp_acceptor>);
static_assert(accepts_contexts_and_executors<local_socket>);
static_assert(accepts_contexts_and_executors<local_acceptor>);

// For sockets with one type of executor.
template <class T>
constexpr bool accepts_its_executor_only =
    can_use<T, asio::io_context&> && can_use<T, io_executor> && cannot_use<T, asio::thread_pool&> &&
    cannot_use<T, asio::any_io_executor>;
static_assert(accepts_its_executor_only<socket_of<tcp, io_executor>>);
static_assert(accepts_its_executor_only<acceptor_of<tcp, io_executor>>);

static_assert(converts_to<tcp_socket, tcp_socket>);
static_assert(converts_to<tcp_socket, socket_of<tcp, io_executor>>);
static_assert(converts_to<tcp_socket, tcp::socket>);
static_assert(converts_to<tcp_socket, asio::basic_stream_socket<tcp, io_executor>>);
static_assert(converts_to<general_socket, tcp_socket>);
static_assert(converts_to<general_socket, local_socket>);
static_assert(converts_to<general_socket, socket_of<tcp, io_executor>>);
static_assert(converts_to<general_socket, tcp::socket>);
static_assert(converts_to<tcp_acceptor, acceptor_of<tcp, io_executor>>);
static_assert(converts_to<tcp_acceptor, tcp::acceptor>);
static_assert(converts_to<acceptor_of<stream_protocol>, tcp_acceptor>);
static_assert(converts_to<acceptor_of<stream_protocol>, tcp::acceptor>);
static_assert(never_converts_to<tcp_socket, tcp_socket&>);
static_assert(never_converts_to<tcp_socket, tcp::socket&>);
static_assert(never_converts_to<tcp_socket, general_socket>);
static_assert(never_converts_to<tcp_socket, local_socket>);
static_assert(never_converts_to<tcp_socket, asio::local::stream_protocol::socket>);
static_assert(never_converts_to<tcp_socket, tcp::acceptor>);
static_assert(never_converts_to<tcp_socket, asio::ip::udp::socket>);
static_assert(never_converts_to<socket_of<tcp, io_executor>, tcp_socket>);
static_assert(never_converts_to<tcp_acceptor, local_acceptor>);
static_assert(never_converts_to<tcp_acceptor, tcp_acceptor&>);
static_assert(never_converts_to<tcp_acceptor, tcp::socket>);

template <class A, class B>
bool can_send(A& a, B& b) {
    asio::write(a, asio::buffer("ping", 4));
    four_bytes bytes;
    asio::read(b, asio::buffer(bytes));
    return text_of(bytes) == "ping";
}

struct with_asio : network {
    // A connection whose near end is a socket of Asio's.
    tcp::socket plain{context};
    tcp_socket far{context};

    with_asio() {
        plain.connect(acceptor.local_endpoint());
        acceptor.accept(far);
    }
};
struct tracked_with_asio : with_asio {
    tracked_with_asio() { leak_check::set_level(leak_check::level::handles); }
    ~tracked_with_asio() { leak_check::set_level(leak_check::level::off); }

    static leak_check::live_handle entry(std::uint64_t number) {
        for (auto& each : leak_check::live_handles()) {
            if (each.number == number) {
                return each;
            }
        }
        return {};
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(conversion_between_protocols, network)

BOOST_AUTO_TEST_CASE(conversion_to_a_more_general_protocol_moves_the_descriptor_and_the_cleanups) {
    auto [near, server] = connected();
    add_cleanup(near, &note, std::string("ended"));
    int const fd = near.native_handle();
    {
        general_socket general = std::move(near);
        BOOST_TEST(!near.is_open());
        BOOST_TEST(general.native_handle() == fd);
        BOOST_TEST(can_send(general, server));
        BOOST_TEST(take_events().empty());
    }
    BOOST_TEST(take_events() == lines{"ended"});
}

BOOST_AUTO_TEST_CASE(converting_assignment_ends_the_old_socket) {
    auto [near, server] = connected();
    auto [first, other] = connected();
    general_socket general = std::move(first);
    add_cleanup(general, &note, std::string("first"));
    add_cleanup(near, &note, std::string("near"));
    general = std::move(near);
    BOOST_TEST(take_events() == lines{"first"});
    BOOST_TEST(can_send(general, server));
    general.close();
    BOOST_TEST(take_events() == lines{"near"});
}

BOOST_AUTO_TEST_CASE(pending_operations_continue_after_a_conversion) {
    auto [near, server] = connected();
    four_bytes bytes;
    std::optional<error_code> read;
    near.async_read_some(asio::buffer(bytes), [&](error_code ec, std::size_t) { read = ec; });
    general_socket const general = std::move(near);
    asio::write(server, asio::buffer("ping", 4));
    run();
    BOOST_TEST((read == error_code()));
}

BOOST_AUTO_TEST_CASE(an_acceptor_converted_to_a_more_general_protocol_accepts) {
    tcp_socket const near = client();
    acceptor_of<stream_protocol> general = std::move(acceptor);
    general_socket accepted = general.accept();
    BOOST_TEST(is_close_on_exec(accepted.native_handle()));
    std::optional<error_code> result;
    general.async_accept([&](error_code ec, general_socket) { result = ec; });
    tcp_socket second(context);
    second.connect(tcp::endpoint(loopback(near.remote_endpoint().port())));
    run();
    BOOST_TEST((result == error_code()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(conversion_from_asio, tracked_with_asio)

BOOST_AUTO_TEST_CASE(a_socket_made_from_asios_is_close_on_exec_and_in_live_handles) {
    auto const fd = plain.native_handle();
    BOOST_TEST_REQUIRE(!is_close_on_exec(fd));
    auto const line = std::source_location::current().line();
    tcp_socket guarded = std::move(plain);  // line + 1
    BOOST_TEST(!plain.is_open());
    BOOST_TEST(guarded.native_handle() == fd);
    BOOST_TEST(is_close_on_exec(fd));
    auto const listed = entry(static_cast<std::uint64_t>(fd));
    BOOST_TEST(listed.kind == "tcp socket");
    BOOST_TEST(listed.name == "with " + handrail::detail::endpoint_text(acceptor.local_endpoint()));
    BOOST_TEST(listed.where.line() == line + 1);
    add_cleanup(guarded, &note, std::string("ended"));
    BOOST_TEST(can_send(guarded, far));
    guarded = tcp::socket(context, tcp::v4());
    BOOST_TEST(take_events() == lines{"ended"});
    BOOST_TEST(is_close_on_exec(guarded.native_handle()));
}

BOOST_AUTO_TEST_CASE(a_socket_of_asio_with_another_executor_and_protocol_is_converted) {
    asio::basic_stream_socket<tcp, io_executor> special(context);
    special.connect(acceptor.local_endpoint());
    tcp_socket peer = acceptor.accept();
    general_socket general = std::move(special);
    BOOST_TEST(is_close_on_exec(general.native_handle()));
    BOOST_TEST(can_send(general, peer));
}

BOOST_AUTO_TEST_CASE(an_acceptor_made_from_asios_accepts_guarded_sockets) {
    tcp::acceptor unguarded(context, loopback());
    auto const line = std::source_location::current().line();
    tcp_acceptor guarded = std::move(unguarded);  // line + 1
    BOOST_TEST(is_close_on_exec(guarded.native_handle()));
    auto const listed = entry(static_cast<std::uint64_t>(guarded.native_handle()));
    BOOST_TEST(listed.name == handrail::detail::endpoint_text(guarded.local_endpoint()));
    BOOST_TEST(listed.where.line() == line + 1);
    tcp_socket near(context);
    near.connect(guarded.local_endpoint());
    BOOST_TEST(guarded.accept().is_open());
}

BOOST_AUTO_TEST_CASE(a_handler_of_asios_acceptor_can_take_a_guarded_socket) {
    tcp::acceptor unguarded(context, loopback());
    std::optional<tcp_socket> accepted;
    unguarded.async_accept(
        [&](error_code, tcp_socket socket) { accepted.emplace(std::move(socket)); });
    tcp_socket near(context);
    near.connect(unguarded.local_endpoint());
    run();
    BOOST_TEST_REQUIRE(accepted.has_value());
    BOOST_TEST(is_close_on_exec(accepted->native_handle()));
    BOOST_TEST(can_send(*accepted, near));
}

BOOST_AUTO_TEST_CASE(a_socket_made_from_a_closed_one_of_asio_is_empty_and_can_be_opened) {
    tcp_socket guarded = tcp::socket(context);
    BOOST_TEST(!guarded.is_open());
    BOOST_CHECK_THROW(add_cleanup(guarded, [] {}), std::invalid_argument);
    guarded.connect(acceptor.local_endpoint());
    BOOST_TEST(guarded.is_open());
}

BOOST_AUTO_TEST_CASE(release_asio_socket_returns_the_socket_and_drops_its_cleanups) {
    tcp_socket guarded = std::move(plain);
    add_cleanup(guarded, &note, std::string("never"));
    tcp::socket back = guarded.release_asio_socket();
    BOOST_TEST(!guarded.is_open());
    BOOST_TEST(entry(static_cast<std::uint64_t>(back.native_handle())).kind.empty());
    BOOST_TEST(can_send(back, far));
    BOOST_TEST(take_events().empty());
    guarded.connect(acceptor.local_endpoint());
    BOOST_TEST(guarded.is_open());
}

BOOST_AUTO_TEST_CASE(
    release_asio_socket_continues_operations_of_sockets_and_aborts_those_of_acceptors) {
    tcp_socket guarded = std::move(plain);
    four_bytes bytes;
    std::optional<error_code> read, accepted;
    guarded.async_read_some(asio::buffer(bytes), [&](error_code ec, std::size_t) { read = ec; });
    acceptor.async_accept([&](error_code ec, tcp_socket) { accepted = ec; });
    poll();
    tcp::socket const back = guarded.release_asio_socket();
    tcp::acceptor unguarded = acceptor.release_asio_socket();
    asio::write(far, asio::buffer("ping", 4));
    run();
    BOOST_TEST((read == error_code()));
    BOOST_TEST((accepted == asio::error::operation_aborted));
    BOOST_TEST(unguarded.is_open());
    BOOST_TEST(!acceptor.is_open());
}

BOOST_AUTO_TEST_CASE(native_handle_is_const) {
    tcp_socket const& socket = far;
    tcp_acceptor const& listener = acceptor;
    BOOST_TEST(socket.native_handle() == far.native_handle());
    BOOST_TEST(listener.native_handle() >= 0);
}

BOOST_AUTO_TEST_CASE(connect_pair_returns_its_error) {
    local_socket a(context), b(context);
    error_code ec;
    BOOST_TEST(!handrail::connect_pair(a, b, ec));
    BOOST_TEST(handrail::connect_pair(a, b, ec) == asio::error::already_open);
}

BOOST_AUTO_TEST_SUITE_END()
