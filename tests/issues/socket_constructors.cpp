// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// std::is_constructible said that sockets can be made of anything and a protocol; what Asio's
// sockets convert to each other was missing: to a more general protocol, and to and from Asio's
// own.

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
// A context of Asio's that no socket can be put on.
struct bare_context : asio::execution_context {};

template <class T, class... Arguments>
constexpr bool makes = std::is_constructible_v<T, Arguments...>;
template <class T, class From>
constexpr bool becomes = std::is_constructible_v<T, From> && std::is_convertible_v<From, T> &&
                         std::is_assignable_v<T&, From>;
template <class T, class From>
constexpr bool never_becomes = !std::is_constructible_v<T, From> && !std::is_assignable_v<T&, From>;

// The place first, as in Asio, then what to open.
template <class T, class Place>
constexpr bool can_be_put_on =
    makes<T, Place> && makes<T, Place, typename T::protocol_type> &&
    makes<T, Place, typename T::endpoint_type> && makes<T, Place, typename T::protocol_type, int>;
template <class T, class Place>
constexpr bool cannot_be_put_on =
    !makes<T, Place> && !makes<T, Place, typename T::protocol_type> &&
    !makes<T, Place, typename T::endpoint_type> && !makes<T, Place, typename T::protocol_type, int>;

template <class T>
constexpr bool takes_places =
    can_be_put_on<T, asio::io_context&> && can_be_put_on<T, io_executor> &&
    can_be_put_on<T, io_executor const&> && can_be_put_on<T, asio::any_io_executor> &&
    can_be_put_on<T, asio::thread_pool&> && can_be_put_on<T, asio::thread_pool::executor_type> &&
    cannot_be_put_on<T, anything> && cannot_be_put_on<T, anything&> && cannot_be_put_on<T, int> &&
    cannot_be_put_on<T, asio::io_context> && cannot_be_put_on<T, asio::io_context const&> &&
    cannot_be_put_on<T, asio::io_context*> && cannot_be_put_on<T, bare_context&> &&
    cannot_be_put_on<T, tcp_socket&> && !makes<T, asio::io_context&, anything> && !makes<T>;
static_assert(takes_places<tcp_socket>);
static_assert(takes_places<tcp_acceptor>);
static_assert(takes_places<local_socket>);
static_assert(takes_places<local_acceptor>);

// Of one type of executor only.
template <class T>
constexpr bool takes_its_executor =
    can_be_put_on<T, asio::io_context&> && can_be_put_on<T, io_executor> &&
    cannot_be_put_on<T, asio::thread_pool&> && cannot_be_put_on<T, asio::any_io_executor>;
static_assert(takes_its_executor<socket_of<tcp, io_executor>>);
static_assert(takes_its_executor<acceptor_of<tcp, io_executor>>);

static_assert(becomes<tcp_socket, tcp_socket>);
static_assert(becomes<tcp_socket, socket_of<tcp, io_executor>>);
static_assert(becomes<tcp_socket, tcp::socket>);
static_assert(becomes<tcp_socket, asio::basic_stream_socket<tcp, io_executor>>);
static_assert(becomes<general_socket, tcp_socket>);
static_assert(becomes<general_socket, local_socket>);
static_assert(becomes<general_socket, socket_of<tcp, io_executor>>);
static_assert(becomes<general_socket, tcp::socket>);
static_assert(becomes<tcp_acceptor, acceptor_of<tcp, io_executor>>);
static_assert(becomes<tcp_acceptor, tcp::acceptor>);
static_assert(becomes<acceptor_of<stream_protocol>, tcp_acceptor>);
static_assert(becomes<acceptor_of<stream_protocol>, tcp::acceptor>);
static_assert(never_becomes<tcp_socket, tcp_socket&>);
static_assert(never_becomes<tcp_socket, tcp::socket&>);
static_assert(never_becomes<tcp_socket, general_socket>);
static_assert(never_becomes<tcp_socket, local_socket>);
static_assert(never_becomes<tcp_socket, asio::local::stream_protocol::socket>);
static_assert(never_becomes<tcp_socket, tcp::acceptor>);
static_assert(never_becomes<tcp_socket, asio::ip::udp::socket>);
static_assert(never_becomes<socket_of<tcp, io_executor>, tcp_socket>);
static_assert(never_becomes<tcp_acceptor, local_acceptor>);
static_assert(never_becomes<tcp_acceptor, tcp_acceptor&>);
static_assert(never_becomes<tcp_acceptor, tcp::socket>);

template <class A, class B>
bool talk(A& a, B& b) {
    asio::write(a, asio::buffer("ping", 4));
    four_bytes bytes;
    asio::read(b, asio::buffer(bytes));
    return text_of(bytes) == "ping";
}

struct with_asio : network {
    // A connection whose near side is a socket of Asio's.
    tcp::socket plain{context};
    tcp_socket far{context};

    with_asio() {
        plain.connect(acceptor.local_endpoint());
        acceptor.accept(far);
    }
};
struct tracked : with_asio {
    tracked() { leak_check::set_level(leak_check::level::handles); }
    ~tracked() { leak_check::set_level(leak_check::level::off); }

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

BOOST_FIXTURE_TEST_SUITE(of_another_protocol, network)

BOOST_AUTO_TEST_CASE(a_socket_of_a_more_general_protocol_takes_over_descriptor_and_cleanups) {
    auto [near, server] = connected();
    add_cleanup(near, &note, std::string("ended"));
    int const fd = near.native_handle();
    {
        general_socket general = std::move(near);
        BOOST_TEST(!near.is_open());
        BOOST_TEST(general.native_handle() == fd);
        BOOST_TEST(talk(general, server));
        BOOST_TEST(take_events().empty());
    }
    BOOST_TEST(take_events() == lines{"ended"});
}

BOOST_AUTO_TEST_CASE(assignment_ends_what_was_there) {
    auto [near, server] = connected();
    auto [first, other] = connected();
    general_socket general = std::move(first);
    add_cleanup(general, &note, std::string("first"));
    add_cleanup(near, &note, std::string("near"));
    general = std::move(near);
    BOOST_TEST(take_events() == lines{"first"});
    BOOST_TEST(talk(general, server));
    general.close();
    BOOST_TEST(take_events() == lines{"near"});
}

BOOST_AUTO_TEST_CASE(pending_operations_of_a_socket_go_on) {
    auto [near, server] = connected();
    four_bytes bytes;
    std::optional<error_code> read;
    near.async_read_some(asio::buffer(bytes), [&](error_code ec, std::size_t) { read = ec; });
    general_socket const general = std::move(near);
    asio::write(server, asio::buffer("ping", 4));
    run();
    BOOST_TEST((read == error_code()));
}

BOOST_AUTO_TEST_CASE(an_acceptor_of_a_more_general_protocol_accepts) {
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

BOOST_FIXTURE_TEST_SUITE(of_asio, tracked)

BOOST_AUTO_TEST_CASE(a_socket_of_asio_becomes_guarded_close_on_exec_and_listed) {
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
    BOOST_TEST(talk(guarded, far));
    guarded = tcp::socket(context, tcp::v4());
    BOOST_TEST(take_events() == lines{"ended"});
    BOOST_TEST(is_close_on_exec(guarded.native_handle()));
}

BOOST_AUTO_TEST_CASE(a_socket_of_asio_with_another_executor_and_protocol_is_taken_over) {
    asio::basic_stream_socket<tcp, io_executor> special(context);
    special.connect(acceptor.local_endpoint());
    tcp_socket peer = acceptor.accept();
    general_socket general = std::move(special);
    BOOST_TEST(is_close_on_exec(general.native_handle()));
    BOOST_TEST(talk(general, peer));
}

BOOST_AUTO_TEST_CASE(an_acceptor_of_asio_accepts_guarded_sockets) {
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

BOOST_AUTO_TEST_CASE(asio_s_own_acceptor_gives_guarded_sockets) {
    tcp::acceptor unguarded(context, loopback());
    std::optional<tcp_socket> accepted;
    unguarded.async_accept(
        [&](error_code, tcp_socket socket) { accepted.emplace(std::move(socket)); });
    tcp_socket near(context);
    near.connect(unguarded.local_endpoint());
    run();
    BOOST_TEST_REQUIRE(accepted.has_value());
    BOOST_TEST(is_close_on_exec(accepted->native_handle()));
    BOOST_TEST(talk(*accepted, near));
}

BOOST_AUTO_TEST_CASE(a_closed_socket_of_asio_makes_an_empty_one_that_can_be_opened) {
    tcp_socket guarded = tcp::socket(context);
    BOOST_TEST(!guarded.is_open());
    BOOST_CHECK_THROW(add_cleanup(guarded, [] {}), std::invalid_argument);
    guarded.connect(acceptor.local_endpoint());
    BOOST_TEST(guarded.is_open());
}

BOOST_AUTO_TEST_CASE(what_was_taken_over_can_be_handed_back_and_is_not_listed_any_more) {
    tcp_socket guarded = std::move(plain);
    add_cleanup(guarded, &note, std::string("never"));
    tcp::socket back = guarded.release_asio_socket();
    BOOST_TEST(!guarded.is_open());
    BOOST_TEST(entry(static_cast<std::uint64_t>(back.native_handle())).kind.empty());
    BOOST_TEST(talk(back, far));
    BOOST_TEST(take_events().empty());
    guarded.connect(acceptor.local_endpoint());
    BOOST_TEST(guarded.is_open());
}

BOOST_AUTO_TEST_CASE(
    pending_operations_go_on_when_a_socket_is_handed_back_and_end_for_an_acceptor) {
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

BOOST_AUTO_TEST_CASE(the_native_handle_of_a_const_socket_can_be_read) {
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
