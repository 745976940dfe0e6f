// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How operations that are not members reach the inside of a socket: one friend instead of many.

#pragma once

#include <handrail/detail/asio/namespaces.hpp>
#include <handrail/detail/asio/native_socket.hpp>

#include <source_location>
#include <utility>

namespace handrail::detail {

struct socket_access {
    // Returns: the guarded Asio object.
    template <class Socket>
    static auto& io_object(Socket& socket) noexcept {
        return socket.io_object();
    }
    // Returns: the guarded resource, a socket_resource or acceptor_resource.
    template <class Socket>
    static auto& resource(Socket& socket) noexcept {
        return socket.guard_.resource();
    }
    // Effects: as socket_guard's functions of these names.
    template <class Socket>
    static void check_open(Socket const& socket, char const* operation) noexcept {
        socket.check_open(operation);
    }
    template <class Socket>
    static error_code own(Socket& socket, typename Socket::protocol_type const& protocol,
                          fresh_handle fresh, error_code& ec, std::source_location where) {
        return socket.own(protocol, std::move(fresh), ec, where);
    }
    template <class Socket>
    static void name_accepted(Socket& socket, typename Socket::endpoint_type const& from) noexcept {
        socket.name_accepted(from);
    }
    template <class Socket>
    static void name_attempt(Socket& socket, typename Socket::endpoint_type const& to) noexcept {
        socket.name_attempt(to);
    }
    // Effects: replaces the descriptor by a fresh one of the protocol; the owner and its cleanups
    //   stay.
    template <class Socket>
    static error_code reopen(Socket& socket, typename Socket::protocol_type const& protocol,
                             error_code& ec, std::source_location where) {
        fresh_handle fresh =
            open_socket(protocol.family(), protocol.type(), protocol.protocol(), ec);
        return ec.failed() ? ec : socket.replace(protocol, std::move(fresh), ec, where);
    }
};

}  // namespace handrail::detail
