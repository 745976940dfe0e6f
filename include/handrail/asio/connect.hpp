// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// connect, async_connect: connect to the first endpoint of a range that accepts.
//
//     boost::asio::ip::tcp::resolver resolver(context);
//     handrail::connect(socket, resolver.resolve("example.org", "http"));
//
// They replace boost::asio::connect, which takes only Asio's own sockets and would reopen them
// without close-on-exec. Each attempt opens a new descriptor; the socket remains the same owner,
// with its cleanups. Pass iterators as std::ranges::subrange(first, last).
//
// A connect condition, as Asio's, is called before the descriptor of an attempt is opened, and says
// whether the endpoint is tried. A preparation is called when the descriptor is open and not yet
// connected, to set options or bind an address:
//
//     handrail::connect(socket, endpoints,
//                       [](tcp_socket& fresh, tcp::endpoint const& peer, error_code& ec) {
//                           fresh.set_option(tcp::no_delay(true), ec);
//                       });

#pragma once

#include <handrail/asio/stream_socket.hpp>
#include <handrail/detail/asio/initiation.hpp>
#include <handrail/detail/asio/namespaces.hpp>
#include <handrail/detail/asio/socket_access.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>

#include <concepts>
#include <cstddef>
#include <ranges>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace handrail {

namespace detail {

// A range whose elements are endpoints, or results of a resolver.
template <class Range, class Socket>
concept endpoint_range = std::ranges::input_range<Range const> &&
                         std::convertible_to<std::ranges::range_reference_t<Range const>,
                                             typename Socket::endpoint_type>;

template <class Step, class Socket>
concept connect_condition =
    std::predicate<Step&, error_code const&, typename Socket::endpoint_type const&>;
template <class Step, class Socket>
concept connect_preparation =
    std::invocable<Step&, Socket&, typename Socket::endpoint_type const&, error_code&>;
// What may be called before each attempt.
template <class Step, class Socket>
concept connect_step = connect_condition<Step, Socket> || connect_preparation<Step, Socket>;

// Converts from any argument that boost::asio::connect takes besides the socket. Because it needs a
// conversion, handrail::connect is the better match where overload resolution finds both.
struct any_argument {
    any_argument() = default;
    template <class T>
    any_argument(T const&) noexcept {}
};

struct try_every_endpoint {
    template <class Endpoint>
    bool operator()(error_code const&, Endpoint const&) const noexcept {
        return true;
    }
};

// Effects: unless the condition refuses the endpoint, opens a descriptor for the attempt, calls the
//   preparation, and sets tried to peer.
// Returns: whether to connect. If false, ec has the error, if there was one.
template <class Socket, class Step>
bool prepare_attempt(Socket& socket, typename Socket::endpoint_type const& peer, Step& step,
                     error_code& ec, typename Socket::endpoint_type& tried,
                     std::source_location where) {
    if constexpr (connect_condition<Step, Socket>) {
        if (!step(std::as_const(ec), peer)) {
            return false;
        }
    }
    tried = peer;
    socket_access::reopen(socket, peer.protocol(), ec, where);
    if constexpr (!connect_condition<Step, Socket>) {
        if (!ec.failed()) {
            step(socket, peer, ec);
        }
        if (!ec.failed() && !socket.is_open()) {  // closed by the preparation
            ec = asio::error::operation_aborted;
        }
    }
    return !ec.failed();
}

// The attempts, asynchronously, from the first one on that could be prepared.
// Requires: the socket lives until the operation completes.
template <class Socket, class Step>
struct connect_operation {
    using endpoint_type = typename Socket::endpoint_type;

    Socket& socket;
    std::vector<endpoint_type> endpoints;
    Step prepare;
    std::source_location where;
    std::size_t next = 0;
    bool started = false;

    // Effects: prepares the next attempt that can be prepared.
    // Returns: false if there is none; ec has the error of the last one, or not_found.
    bool prepare_next(error_code& ec) {
        while (next != endpoints.size()) {
            endpoint_type tried;
            if (prepare_attempt(socket, endpoints[next++], prepare, ec, tried, where)) {
                return true;
            }
        }
        if (!ec.failed()) {
            ec = asio::error::not_found;
        }
        return false;
    }

    template <class Self>
    void operator()(Self& self, error_code ec = {}) {
        if (!started) {
            started = true;
            // An attempt that was cancelled may have reached the peer.
            self.reset_cancellation_state(asio::enable_partial_cancellation());
        } else if (is_over(self, ec) || !prepare_next(ec)) {
            self.complete(ec, ec.failed() ? endpoint_type() : endpoints[next - 1]);
            return;
        }
        endpoint_type const peer = endpoints[next - 1];  // *this moves into the attempt
        socket.async_connect(peer, std::move(self), where);
    }

private:
    // Effects: sets ec to operation_aborted if the socket was closed meanwhile or the operation was
    //   cancelled.
    // Returns: whether the operation completes now, with ec.
    template <class Self>
    bool is_over(Self& self, error_code& ec) const {
        if (!socket.is_open() ||
            (ec.failed() && self.cancelled() != asio::cancellation_type::none)) {
            ec = asio::error::operation_aborted;
        }
        return !ec.failed() || ec == asio::error::operation_aborted;
    }
};

template <class Socket>
struct start_range_connect : initiation<Socket> {
    using endpoint_type = typename Socket::endpoint_type;

    std::source_location where;

    template <class Handler, class Step>
    void operator()(Handler&& handler, std::vector<endpoint_type> endpoints, Step prepare) const {
        Socket& connecting = *this->socket;
        connect_operation<Socket, Step> operation{connecting, std::move(endpoints),
                                                  std::move(prepare), where};
        if (error_code ec; !operation.prepare_next(ec)) {
            complete_at_start(connecting.get_executor(), std::forward<Handler>(handler), ec,
                              endpoint_type());
            return;
        }
        asio::async_compose<Handler, void(error_code, endpoint_type)>(std::move(operation), handler,
                                                                      connecting);
    }
};

// Effects: tried is the last endpoint that was tried.
// Returns: the endpoint that accepted; a default one with an error.
template <class Socket, class Endpoints, class Step>
typename Socket::endpoint_type connect_first(Socket& socket, Endpoints const& endpoints,
                                             Step& prepare, error_code& ec,
                                             typename Socket::endpoint_type& tried,
                                             std::source_location where) {
    ec.clear();
    for (auto const& candidate : endpoints) {
        typename Socket::endpoint_type const peer = candidate;  // a resolver's result converts
        if (prepare_attempt(socket, peer, prepare, ec, tried, where) &&
            !socket.connect(peer, ec, where).failed()) {
            return peer;
        }
    }
    if (!ec.failed()) {
        ec = asio::error::not_found;
    }
    return {};
}

}  // namespace detail

// Effects: tries to connect the socket to one endpoint after the other, until one accepts. Each
//   attempt replaces the descriptor of the socket: the old one is closed, which cancels pending
//   operations and waits for nothing, whatever SO_LINGER says; the cleanups stay. Before each
//   attempt
//   - condition(last_error, endpoint) is called and returns whether the endpoint is tried; there is
//     no last error at first;
//   - or prepare(socket, endpoint, ec) is called with the socket, open and not yet connected. If it
//     sets ec, the attempt has failed; if it closes the socket, too, and the next attempt opens it
//     again, as a new owner.
// Returns: the endpoint that accepted; a default one with an error.
// Errors: those of the last attempt, as stream_socket::connect, or too_many_files_open and the like
//   from opening; asio::error::not_found if there was no attempt: ec, or system_error, whose what()
//   names the endpoint that was tried last. What the condition or preparation throws is passed on.
//   The socket is then as the last attempt left it: open and not connected, or unchanged if there
//   was none.
// Allocates: as opening a socket.
// Thread safety: as a use of the socket.
template <class Protocol, class Executor, class Endpoints, class Step>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>> &&
             detail::connect_step<Step, stream_socket<Protocol, Executor>>
typename Protocol::endpoint connect(stream_socket<Protocol, Executor>& socket,
                                    Endpoints const& endpoints, Step condition_or_prepare,
                                    boost::system::error_code& ec,
                                    std::source_location where = std::source_location::current()) {
    typename Protocol::endpoint tried;
    return detail::connect_first(socket, endpoints, condition_or_prepare, ec, tried, where);
}
template <class Protocol, class Executor, class Endpoints>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>>
typename Protocol::endpoint connect(stream_socket<Protocol, Executor>& socket,
                                    Endpoints const& endpoints, boost::system::error_code& ec,
                                    std::source_location where = std::source_location::current()) {
    return connect(socket, endpoints, detail::try_every_endpoint(), ec, where);
}
template <class Protocol, class Executor, class Endpoints, class Step>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>> &&
             detail::connect_step<Step, stream_socket<Protocol, Executor>>
typename Protocol::endpoint connect(stream_socket<Protocol, Executor>& socket,
                                    Endpoints const& endpoints, Step condition_or_prepare,
                                    std::source_location where = std::source_location::current()) {
    boost::system::error_code ec;
    typename Protocol::endpoint tried;
    auto const peer =
        detail::connect_first(socket, endpoints, condition_or_prepare, ec, tried, where);
    if (ec.failed()) {
        detail::throw_system_error(
            ec, "connect",
            tried == typename Protocol::endpoint() ? std::string() : detail::endpoint_text(tried));
    }
    return peer;
}
template <class Protocol, class Executor, class Endpoints>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>>
typename Protocol::endpoint connect(stream_socket<Protocol, Executor>& socket,
                                    Endpoints const& endpoints,
                                    std::source_location where = std::source_location::current()) {
    return connect(socket, endpoints, detail::try_every_endpoint(), where);
}

// The same, asynchronously; the completion signature is void(error_code, endpoint). The endpoints
// are copied. The condition or preparation is called during the call that starts the operation, and
// later through the handler's executor.
// Requires: the socket lives, unmoved, until the operation completes.
// Errors: also operation_aborted, when the socket is closed or the operation cancelled; terminal
//   and partial cancellation are supported. If no attempt can start (there is no endpoint, the
//   condition refuses all, every preparation fails), the operation completes through the handler's
//   immediate executor where Asio has these. An attempt that has started completes later, even if
//   the system refuses it at once.
// Allocates: a copy of the endpoints; the rest with the handler's allocator.
// Thread safety: starting is a use of the socket, and so is each attempt, on the handler's
//   executor.
template <class Protocol, class Executor, class Endpoints, class Step,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code,
                                               typename Protocol::endpoint)) Token>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>> &&
             detail::connect_step<Step, stream_socket<Protocol, Executor>>
auto async_connect(stream_socket<Protocol, Executor>& socket, Endpoints const& endpoints,
                   Step condition_or_prepare, Token&& token,
                   std::source_location where = std::source_location::current()) {
    using socket_type = stream_socket<Protocol, Executor>;
    using endpoint = typename Protocol::endpoint;
    std::vector<endpoint> all;
    for (auto const& candidate : endpoints) {
        all.push_back(candidate);
    }
    return boost::asio::async_initiate<Token, void(boost::system::error_code, endpoint)>(
        detail::start_range_connect<socket_type>{{&socket}, where}, token, std::move(all),
        std::move(condition_or_prepare));
}
template <class Protocol, class Executor, class Endpoints,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code,
                                               typename Protocol::endpoint))
              Token = typename boost::asio::default_completion_token<Executor>::type>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>>
auto async_connect(stream_socket<Protocol, Executor>& socket, Endpoints const& endpoints,
                   Token&& token = Token(),
                   std::source_location where = std::source_location::current()) {
    return async_connect(socket, endpoints, detail::try_every_endpoint(),
                         std::forward<Token>(token), where);
}

}  // namespace handrail

// Asio's functions take Asio's own sockets only. Without these overloads, the error would be a page
// long; with them, compilers show the line with the name. See
// docs/decisions/0023-asio-connect-is-deleted-for-our-sockets.md.
namespace boost::asio {

// clang-format off
template <class Protocol, class Executor>
void connect(  // takes Asio's own sockets only: call handrail::connect
    handrail::stream_socket<Protocol, Executor>&, handrail::detail::any_argument,
    handrail::detail::any_argument = {}, handrail::detail::any_argument = {},
    handrail::detail::any_argument = {}) = delete;
template <class Protocol, class Executor>
void async_connect(  // takes Asio's own sockets only: call handrail::async_connect
    handrail::stream_socket<Protocol, Executor>&, handrail::detail::any_argument,
    handrail::detail::any_argument = {}, handrail::detail::any_argument = {},
    handrail::detail::any_argument = {}) = delete;
// clang-format on

}  // namespace boost::asio
