// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Connecting to the first endpoint of a range that answers.
//
//     boost::asio::ip::tcp::resolver resolver(context);
//     handrail::connect(socket, resolver.resolve("example.org", "http"));
//
// As boost::asio::connect, whose own version takes only Asio's sockets and would reopen them without close-on-exec. Each attempt has
// a fresh descriptor; the socket's cleanups stay registered meanwhile: it is the same owner.

#pragma once

#include <handrail/asio/stream_socket.hpp>

#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <ranges>
#include <source_location>
#include <utility>
#include <vector>

namespace handrail {

namespace detail {

struct socket_access {
    // Effects: a fresh descriptor under the same guard.
    template <class Socket>
    static error_code reopen(Socket& socket, typename Socket::protocol_type const& protocol,
                             error_code& ec, std::source_location where) {
        return socket.reopen(protocol, ec, where);
    }
};

// A range whose elements are endpoints, or results of a resolver.
template <class Range, class Socket>
concept endpoint_range =
    std::ranges::input_range<Range> &&
    std::convertible_to<std::ranges::range_reference_t<Range>, typename Socket::endpoint_type>;

struct try_every_endpoint {
    template <class Endpoint>
    bool operator()(error_code const&, Endpoint const&) const noexcept {
        return true;
    }
};

// The asynchronous attempt after attempt. The socket must live until the operation completes, as with Asio.
template <class Socket, class Condition>
struct connect_operation {
    using endpoint_type = typename Socket::endpoint_type;

    Socket& socket;
    std::vector<endpoint_type> endpoints;
    Condition condition;
    std::size_t next = 0;
    bool trying = false;

    template <class Self>
    void operator()(Self& self, error_code ec = asio::error::not_found) {
        if (trying && finished(ec)) {
            self.complete(ec, ec.failed() ? endpoint_type() : endpoints[next - 1]);
            return;
        }
        trying = true;
        while (next != endpoints.size()) {
            endpoint_type const peer = endpoints[next++];
            if (condition(ec, peer) && !socket_access::reopen(socket, peer.protocol(), ec, {}).failed()) {
                socket.async_connect(peer, std::move(self));
                return;
            }
        }
        // Not from within the initiating function.
        auto const executor = socket.get_executor();
        asio::post(executor, asio::append(std::move(self), ec));
    }

    // Closed meanwhile, or cancelled: no further attempts.
    bool finished(error_code const& ec) const {
        return !ec.failed() || next == endpoints.size() || !socket.is_open() ||
               ec == asio::error::operation_aborted;
    }
};

}  // namespace detail

// Effects: connects the socket to the first endpoint that accepts; it is closed first if it is open. Before each
// attempt condition(last_error, endpoint) may say no. Returns: that endpoint; a default one with an error.
// Errors: that of the last attempt; asio::error::not_found for an empty range.
template <class Protocol, class Executor, class Endpoints, class Condition>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>>
typename Protocol::endpoint connect(stream_socket<Protocol, Executor>& socket, Endpoints const& endpoints,
                                    Condition condition, boost::system::error_code& ec,
                                    std::source_location where = std::source_location::current()) {
    ec = boost::asio::error::not_found;
    for (auto const& candidate : endpoints) {
        typename Protocol::endpoint const peer = candidate;  // a resolver's result converts
        if (condition(ec, peer) &&
            !detail::socket_access::reopen(socket, peer.protocol(), ec, where).failed() &&
            !socket.connect(peer, ec, where).failed()) {
            return peer;
        }
    }
    return {};
}
template <class Protocol, class Executor, class Endpoints>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>>
typename Protocol::endpoint connect(stream_socket<Protocol, Executor>& socket, Endpoints const& endpoints,
                                    boost::system::error_code& ec,
                                    std::source_location where = std::source_location::current()) {
    return connect(socket, endpoints, detail::try_every_endpoint(), ec, where);
}
template <class Protocol, class Executor, class Endpoints>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>>
typename Protocol::endpoint connect(stream_socket<Protocol, Executor>& socket, Endpoints const& endpoints,
                                    std::source_location where = std::source_location::current()) {
    boost::system::error_code ec;
    auto const peer = connect(socket, endpoints, ec, where);
    detail::throw_on_error(ec, "connect");
    return peer;
}

// The same, asynchronously; the completion signature is void(error_code, endpoint). The endpoints are copied.
// Requires: the socket lives until the operation completes.
template <class Protocol, class Executor, class Endpoints, class Condition, class Token>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>>
auto async_connect(stream_socket<Protocol, Executor>& socket, Endpoints const& endpoints,
                   Condition condition, Token&& token) {
    using socket_type = stream_socket<Protocol, Executor>;
    using endpoint = typename Protocol::endpoint;
    std::vector<endpoint> all(std::ranges::begin(endpoints), std::ranges::end(endpoints));
    return boost::asio::async_compose<Token, void(boost::system::error_code, endpoint)>(
        detail::connect_operation<socket_type, Condition>{socket, std::move(all), std::move(condition)},
        token, socket);
}
template <class Protocol, class Executor, class Endpoints,
          class Token = typename boost::asio::default_completion_token<Executor>::type>
    requires detail::endpoint_range<Endpoints, stream_socket<Protocol, Executor>>
auto async_connect(stream_socket<Protocol, Executor>& socket, Endpoints const& endpoints,
                   Token&& token = Token()) {
    return async_connect(socket, endpoints, detail::try_every_endpoint(), std::forward<Token>(token));
}

}  // namespace handrail
