// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The initiations of stream_socket's asynchronous operations. Each operation is Asio's own.

#pragma once

#include <handrail/detail/asio/initiation.hpp>
#include <handrail/detail/asio/local_path.hpp>
#include <handrail/detail/asio/namespaces.hpp>
#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/asio/socket_access.hpp>

#include <boost/asio/associator.hpp>
#include <boost/asio/socket_base.hpp>

#include <source_location>
#include <type_traits>
#include <utility>

namespace handrail::detail {

// Completes Asio's connect of a socket that may be local: see require_local_peer(). It has the
// number, since the socket may have moved or ended by then.
//
// If the socket was closed before its handler runs, and another one that is not connected has its
// number, a success becomes try_again. Nobody can tell: the connection does not exist any more.
template <class Handler>
struct local_connect_handler {
    Handler handler;
    native_handle connecting;
    int family;

    void operator()(error_code ec) {
        require_local_peer(connecting, family, ec);
        std::move(handler)(ec);
    }
};

// Opens as late as this: Asio must not find the socket closed when the operation starts, and open
// it by itself, without close-on-exec.
template <class Socket>
struct start_connect : initiation<Socket> {
    std::source_location where;

    template <class Handler>
    void operator()(Handler&& handler, typename Socket::endpoint_type const& peer) const {
        Socket& connecting = *this->socket;
        error_code ec;
        if (!connecting.is_open() && connecting.open(peer.protocol(), ec, where).failed()) {
            complete_at_start(connecting.get_executor(), std::forward<Handler>(handler), ec);
            return;
        }
        socket_access::name_attempt(connecting, peer);
        if constexpr (internet_endpoint<typename Socket::endpoint_type>) {
            socket_access::io_object(connecting)
                .async_connect(peer, std::forward<Handler>(handler));
        } else {
            socket_access::io_object(connecting)
                .async_connect(peer, local_connect_handler<std::decay_t<Handler>>{
                                         std::forward<Handler>(handler), connecting.native_handle(),
                                         peer.protocol().family()});
        }
    }
};

template <class Socket>
struct start_receive : initiation<Socket> {
    char const* operation;

    template <class Handler, class Buffers>
    void operator()(Handler&& handler, Buffers const& buffers,
                    asio::socket_base::message_flags flags) const {
        socket_access::check_open(*this->socket, operation);
        socket_access::io_object(*this->socket)
            .async_receive(buffers, flags, std::forward<Handler>(handler));
    }
};

template <class Socket>
struct start_send : initiation<Socket> {
    char const* operation;

    template <class Handler, class Buffers>
    void operator()(Handler&& handler, Buffers const& buffers,
                    asio::socket_base::message_flags flags) const {
        socket_access::check_open(*this->socket, operation);
        socket_access::io_object(*this->socket)
            .async_send(buffers, flags, std::forward<Handler>(handler));
    }
};

}  // namespace handrail::detail

// It is associated with what the handler in it is: executors, allocator, cancellation slot.
template <template <class, class> class Associator, class Handler, class Default>
struct boost::asio::associator<Associator, handrail::detail::local_connect_handler<Handler>,
                               Default> : Associator<Handler, Default> {
    using of = handrail::detail::local_connect_handler<Handler>;

    static typename Associator<Handler, Default>::type get(of const& outer) noexcept {
        return Associator<Handler, Default>::get(outer.handler);
    }
    static auto get(of const& outer, Default const& otherwise) noexcept
        -> decltype(Associator<Handler, Default>::get(outer.handler, otherwise)) {
        return Associator<Handler, Default>::get(outer.handler, otherwise);
    }
};
