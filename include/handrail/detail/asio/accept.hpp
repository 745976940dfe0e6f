// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The initiations of async_accept, and how a socket gets the connection that was accepted.

#pragma once

#include <handrail/detail/asio/accept_operation.hpp>
#include <handrail/detail/asio/initiation.hpp>
#include <handrail/detail/asio/namespaces.hpp>
#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/asio/socket_access.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>

#include <memory>
#include <source_location>
#include <utility>

namespace handrail::detail {

// Effects: peer owns the connection, and from, unless it is null, receives its remote endpoint. If
//   peer cannot own it, ec says why, and the connection is closed.
template <class Peer, class Endpoint>
error_code give_connection(Peer& peer, Endpoint* from, connection<Endpoint> taken, error_code& ec,
                           std::source_location where) {
    if (peer.is_open()) {  // opened while the operation waited
        return ec = asio::error::already_open;
    }
    auto const protocol = taken.remote_endpoint.protocol();
    if (!socket_access::own(peer, protocol, std::move(taken.socket), ec, where).failed()) {
        socket_access::name_accepted(peer, taken.remote_endpoint);
        if (from != nullptr) {
            *from = taken.remote_endpoint;
        }
    }
    return ec;
}

template <class Acceptor>
struct start_accept : initiation<Acceptor> {
protected:
    // Returns: the link through which the operation reaches the acceptor.
    // Errors: ec: why the operation cannot start. Throws std::bad_alloc.
    auto link(bool peer_is_open, error_code& ec) const {
        socket_access::check_open(*this->socket, "async_accept");
        auto& resource = socket_access::resource(*this->socket);
        ec = peer_is_open ? asio::error::already_open : error_code();
        return ec.failed() ? nullptr : resource.link_for_operation(ec);
    }
    // Effects: completes the operation, which cannot start. A closed acceptor refuses by Asio's own
    //   wait, which fails at once and allocates with the handler's allocator; but why may be that
    //   peer is open, and bad_descriptor may be an open acceptor's, whose descriptor is none.
    template <class Handler, class... Results>
    void refuse(Handler&& handler, error_code why, Results... results) const {
        if (!this->socket->is_open() && why == asio::error::bad_descriptor) {
            socket_access::io_object(*this->socket)
                .async_wait(asio::socket_base::wait_read,
                            asio::append(std::forward<Handler>(handler), std::move(results)...));
        } else {
            complete_at_start(this->get_executor(), std::forward<Handler>(handler), why,
                              std::move(results)...);
        }
    }
    // The handler is forwarded: one that the initiation got as an lvalue is copied, because some
    // tokens, such as use_promise, go on using it.
    template <class Signature, class Link, class Handler, class Deliver>
    void start(std::shared_ptr<Link> link, Handler&& handler, Deliver deliver) const {
        asio::async_compose<Handler, Signature>(
            accept_operation<Link, Deliver>{std::move(link), std::move(deliver)}, handler,
            *this->socket);
    }
};

// Into a socket of the caller's.
template <class Acceptor>
struct start_accept_into : start_accept<Acceptor> {
    using endpoint_type = typename Acceptor::endpoint_type;

    template <class Handler, class Peer>
    void operator()(Handler&& handler, Peer* peer, endpoint_type* from,
                    std::source_location where) const {
        error_code refused;
        auto link = this->link(peer->is_open(), refused);
        if (refused.failed()) {
            this->refuse(std::forward<Handler>(handler), refused);
            return;
        }
        auto deliver = [peer, from, where](auto& self, error_code ec,
                                           connection<endpoint_type> taken) {
            if (!ec.failed()) {
                give_connection(*peer, from, std::move(taken), ec, where);
            }
            self.complete(ec);
        };
        this->template start<void(error_code)>(std::move(link), std::forward<Handler>(handler),
                                               std::move(deliver));
    }
};

// Into a new socket, of type Peer, on the executor.
template <class Acceptor, class Peer>
struct start_accept_on : start_accept<Acceptor> {
    using endpoint_type = typename Acceptor::endpoint_type;

    template <class Handler>
    void operator()(Handler&& handler, typename Peer::executor_type const& executor,
                    endpoint_type* from, std::source_location where) const {
        error_code refused;
        auto link = this->link(false, refused);
        if (refused.failed()) {
            this->refuse(std::forward<Handler>(handler), refused, Peer(executor));
            return;
        }
        auto deliver = [executor, from, where](auto& self, error_code ec,
                                               connection<endpoint_type> taken) {
            Peer peer(executor);
            if (!ec.failed()) {
                give_connection(peer, from, std::move(taken), ec, where);
            }
            self.complete(ec, std::move(peer));
        };
        this->template start<void(error_code, Peer)>(
            std::move(link), std::forward<Handler>(handler), std::move(deliver));
    }
};

}  // namespace handrail::detail
