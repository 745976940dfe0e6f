// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Two sockets that are connected with each other.
//
//     handrail::local_socket parent(context), child(context);
//     handrail::connect_pair(parent, child);

#pragma once

#include <handrail/asio/stream_socket.hpp>
#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/asio/socket_access.hpp>
#include <handrail/detail/base/throw.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>

#include <source_location>
#include <utility>

namespace handrail {

// Effects: opens a and b, close-on-exec from birth and connected with each other.
// Requires: a and b are different objects, and closed.
// Errors: system_error naming the operation, or ec, which is returned, too:
//   asio::error::already_open if one of them is open; too_many_files_open and what else
//   socketpair(2) names. Both stay as they are then.
// Allocates: as opening two sockets.
// Thread safety: as a use of both sockets.
template <class Protocol, class E1, class E2>
boost::system::error_code connect_pair(
    stream_socket<Protocol, E1>& a, stream_socket<Protocol, E2>& b, boost::system::error_code& ec,
    std::source_location where = std::source_location::current()) {
    using detail::socket_access;
    if (a.is_open() || b.is_open()) {
        return ec = boost::asio::error::already_open;
    }
    Protocol const protocol{};
    auto ends =
        detail::open_socket_pair(protocol.family(), protocol.type(), protocol.protocol(), ec);
    stream_socket<Protocol, E1> first(a.get_executor());
    stream_socket<Protocol, E2> second(b.get_executor());
    if (!ec.failed() &&
        !socket_access::own(first, protocol, std::move(ends.first), ec, where).failed() &&
        !socket_access::own(second, protocol, std::move(ends.second), ec, where).failed()) {
        a = std::move(first);
        b = std::move(second);
    }
    return ec;
}
template <class Protocol, class E1, class E2>
void connect_pair(stream_socket<Protocol, E1>& a, stream_socket<Protocol, E2>& b,
                  std::source_location where = std::source_location::current()) {
    boost::system::error_code ec;
    connect_pair(a, b, ec, where);
    detail::throw_on_error(ec, "connect_pair");
}

}  // namespace handrail
