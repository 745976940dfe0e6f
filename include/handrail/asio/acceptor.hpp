// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// acceptor: a socket that listens for connections. See <handrail/socket.hpp>.
//
//     handrail::tcp_acceptor acceptor(context, {boost::asio::ip::tcp::v4(), 8080});
//     handrail::tcp_socket client = acceptor.accept();

#pragma once

#include <handrail/asio/basic_socket.hpp>
#include <handrail/asio/stream_socket.hpp>
#include <handrail/detail/asio/accept.hpp>
#include <handrail/detail/asio/acceptor_resource.hpp>
#include <handrail/detail/asio/endpoint_text.hpp>
#include <handrail/detail/asio/executors.hpp>
#include <handrail/detail/asio/local_path.hpp>
#include <handrail/detail/asio/native_socket.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

namespace handrail {

// Listens for connections. Opening, closing, owning, options: as basic_socket.
//
// For all members, unless they say otherwise: as the member of the same name of
// boost::asio::basic_socket_acceptor; errors, memory and threads as basic_socket says.
template <class Protocol, class Executor = boost::asio::any_io_executor>
class acceptor : public basic_socket<boost::asio::basic_socket_acceptor<Protocol, Executor>> {
    using base = basic_socket<boost::asio::basic_socket_acceptor<Protocol, Executor>>;
    using error_code = boost::system::error_code;
    using location = std::source_location;
    using default_token = typename boost::asio::default_completion_token<Executor>::type;
    template <class ExecutorOrContext>
    using socket_on =
        stream_socket<Protocol, decltype(detail::executor_of(std::declval<ExecutorOrContext>()))>;
    template <class Peer>
    using accepted = void(error_code, Peer);  // a completion signature

public:
    // The types of boost::asio::basic_socket_acceptor, and that of accepted sockets.
    using typename base::endpoint_type;
    using typename base::executor_type;
    using typename base::native_handle_type;
    using typename base::protocol_type;
    using socket_type = stream_socket<Protocol, Executor>;

    // The acceptor type with another executor.
    template <class Other>
    struct rebind_executor {
        // The acceptor type.
        using other = acceptor<Protocol, Other>;
    };

    // Effects: *this is closed. Its operations use the executor, or that of the context.
    // Requires: the context outlives *this.
    explicit acceptor(executor_type const& executor) : base(executor) {}
    template <detail::asio_context Context>
        requires detail::converts_to_executor<Context&, Executor>
    explicit acceptor(Context& context) : base(context) {}

    // Effects: with an endpoint or the path of a local socket, opens, binds and listens; reuse: the
    //   address can be bound again at once after a restart (SO_REUSEADDR). That has no effect on a
    //   path: the file of a local socket remains, and must be removed before the next start
    //   (unix(7)). With a protocol, opens a socket of it; with a native handle, takes that over as
    //   assign() does.
    // Errors: throws what open(), bind(), listen() and assign() throw.
    template <detail::converts_to_executor<Executor> ExecutorOrContext>
    acceptor(ExecutorOrContext&& executor_or_context, endpoint_type const& endpoint,
             bool reuse = true, location where = location::current())
        : base(std::forward<ExecutorOrContext>(executor_or_context)) {
        this->open(endpoint.protocol(), where);
        if (reuse) {
            this->set_option(boost::asio::socket_base::reuse_address(true));
        }
        this->bind(endpoint);
        listen();
    }
    template <detail::converts_to_executor<Executor> ExecutorOrContext,
              detail::path_of<endpoint_type> Path>
    acceptor(ExecutorOrContext&& executor_or_context, Path const& path, bool reuse = true,
             location where = location::current())
        : acceptor(std::forward<ExecutorOrContext>(executor_or_context),
                   detail::endpoint_at<endpoint_type>(path, "bind"), reuse, where) {}
    template <detail::converts_to_executor<Executor> ExecutorOrContext>
    acceptor(ExecutorOrContext&& executor_or_context, protocol_type const& protocol,
             location where = location::current())
        : base(std::forward<ExecutorOrContext>(executor_or_context)) {
        this->open(protocol, where);
    }
    template <detail::converts_to_executor<Executor> ExecutorOrContext>
    acceptor(ExecutorOrContext&& executor_or_context, protocol_type const& protocol,
             native_handle_type h, location where = location::current())
        : base(std::forward<ExecutorOrContext>(executor_or_context)) {
        this->assign(protocol, h, where);
    }

    // Effects: the acceptor, its pending operations, cleanups, runner and deferred close move;
    //   other is closed. What *this owned before ends as in reset().
    acceptor(acceptor&& other) noexcept = default;
    acceptor& operator=(acceptor&& other) noexcept = default;

    // Effects: the same from an acceptor with another type of executor or a protocol that converts
    //   to this one, but its pending operations are cancelled.
    // Errors: throws what Asio's conversion throws (std::bad_alloc); nothing has moved then, but
    //   the operations are cancelled all the same.
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    acceptor(acceptor<P, E>&& other) : base(static_cast<typename acceptor<P, E>::base&&>(other)) {}
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    acceptor& operator=(acceptor<P, E>&& other) {
        return *this = acceptor(std::move(other));
    }

    // Effects: *this takes over an acceptor of Asio's. Its descriptor is made close-on-exec.
    //   release_asio_socket() is the way back. Assignment goes through this conversion.
    // Errors: throws what the system says; Asio's acceptor stays the caller's then.
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    acceptor(boost::asio::basic_socket_acceptor<P, E>&& unguarded,
             location where = location::current())
        : base(std::move(unguarded), where) {}

    // Effects: as reset().
    ~acceptor() = default;

    // Effects: as a.swap(b).
    friend void swap(acceptor& a, acceptor& b) noexcept { a.swap(b); }

    // Effects: the system accepts connections to the acceptor's address and queues them, about
    //   backlog of them at most, until accept returns them. It limits backlog silently
    //   (/proc/sys/net/core/somaxconn). A TCP acceptor that is not bound gets a free port (ip(7)).
    // Errors: address_in_use if another socket listens there, and what else listen(2) names.
    void listen(int backlog = boost::asio::socket_base::max_listen_connections) {
        error_code ec;
        listen(backlog, ec);
        this->check(ec, "listen");
    }
    error_code listen(int backlog, error_code& ec) {
        this->io_object().listen(backlog, ec);
        if (!ec.failed()) {
            this->name_from_system();
        }
        return this->notify_use(ec, "listen");
    }

    // Effects: takes the oldest connection from the queue; waits for one, unless non_blocking().
    //   peer owns the connection, whose descriptor is close-on-exec from birth. from: receives the
    //   address of the client. A connection that the client has aborted is skipped, unless the
    //   option enable_connection_aborted is set.
    // Requires: peer is closed.
    // Errors: would_block if non_blocking() and the queue is empty; already_open if peer is open;
    //   too_many_files_open (the connection stays in the queue, unless only the number of a
    //   standard stream was free: then it is closed); connection_aborted or protocol_error if
    //   enable_connection_aborted is set; invalid_argument if the acceptor does not listen; what
    //   else accept(2) names. peer stays as it is then. A connection that was taken and that peer
    //   cannot own (memory is short, or peer was opened meanwhile) is closed.
    template <class E>
    void accept(stream_socket<Protocol, E>& peer, location where = location::current()) {
        error_code ec;
        accept_now(peer, nullptr, ec, where);
        this->check(ec, "accept");
    }
    template <class E>
    error_code accept(stream_socket<Protocol, E>& peer, error_code& ec,
                      location where = location::current()) {
        return accept_now(peer, nullptr, ec, where);
    }
    template <class E>
    void accept(stream_socket<Protocol, E>& peer, endpoint_type& from,
                location where = location::current()) {
        error_code ec;
        accept_now(peer, &from, ec, where);
        this->check(ec, "accept");
    }
    template <class E>
    error_code accept(stream_socket<Protocol, E>& peer, endpoint_type& from, error_code& ec,
                      location where = location::current()) {
        return accept_now(peer, &from, ec, where);
    }

    // The same. Returns: the connection, on this acceptor's executor, the given one or that of the
    //   given context; a closed socket when ec is set.
    [[nodiscard]] socket_type accept(location where = location::current()) {
        return accept(this->get_executor(), where);
    }
    [[nodiscard]] socket_type accept(error_code& ec, location where = location::current()) {
        return accept(this->get_executor(), ec, where);
    }
    [[nodiscard]] socket_type accept(endpoint_type& from, location where = location::current()) {
        return accept(this->get_executor(), from, where);
    }
    [[nodiscard]] socket_type accept(endpoint_type& from, error_code& ec,
                                     location where = location::current()) {
        return accept(this->get_executor(), from, ec, where);
    }
    template <detail::executor_or_context ExecutorOrContext>
    [[nodiscard]] socket_on<ExecutorOrContext> accept(ExecutorOrContext&& executor_or_context,
                                                      location where = location::current()) {
        socket_on<ExecutorOrContext> peer(detail::executor_of(executor_or_context));
        accept(peer, where);
        return peer;
    }
    template <detail::executor_or_context ExecutorOrContext>
    [[nodiscard]] socket_on<ExecutorOrContext> accept(ExecutorOrContext&& executor_or_context,
                                                      error_code& ec,
                                                      location where = location::current()) {
        socket_on<ExecutorOrContext> peer(detail::executor_of(executor_or_context));
        accept(peer, ec, where);
        return peer;
    }
    template <detail::executor_or_context ExecutorOrContext>
    [[nodiscard]] socket_on<ExecutorOrContext> accept(ExecutorOrContext&& executor_or_context,
                                                      endpoint_type& from,
                                                      location where = location::current()) {
        socket_on<ExecutorOrContext> peer(detail::executor_of(executor_or_context));
        accept(peer, from, where);
        return peer;
    }
    template <detail::executor_or_context ExecutorOrContext>
    [[nodiscard]] socket_on<ExecutorOrContext> accept(ExecutorOrContext&& executor_or_context,
                                                      endpoint_type& from, error_code& ec,
                                                      location where = location::current()) {
        socket_on<ExecutorOrContext> peer(detail::executor_of(executor_or_context));
        accept(peer, from, ec, where);
        return peer;
    }

    // The same, asynchronously; the completion signature is void(error_code).
    // Effects: waits for a connection, and accepts it as accept does, also if
    //   non_blocking(); if another accept or process was faster, waits for the next one. When the
    //   operation is aborted, no connection is lost: it stays in the queue. The descriptor itself
    //   becomes non-blocking (native_non_blocking()); accept still waits. Of several pending
    //   accepts, each connection wakes all, and which one gets it is not specified (Asio serves
    //   them in order; docs/decisions/0045): keep few of them, one if the order matters.
    // Requires: peer and from live until the operation completes; peer is closed, and not opened
    //   meanwhile. The descriptor stays non-blocking: neither native_non_blocking(false) nor a
    //   process that shares the listener changes that while an accept is pending. (An accept that
    //   waits in the system call makes close, cancel and the destructor wait.) The acceptor may be
    //   moved, unless the handler has a cancellation slot: Asio's slots point into the acceptor.
    // Errors: as accept; bad_descriptor if the acceptor is closed when the operation starts;
    //   operation_aborted when it is closed, released, destroyed or cancelled later. An operation
    //   that cannot start completes through the handler's immediate executor where Asio has these.
    // Allocates: the operation with the handler's allocator; the peer as opening it does. The first
    //   asynchronous accept after the acceptor was opened, and the first after each cancel(), also
    //   allocates a link with operator new. A further wait, when another accept was faster, moves
    //   the operation, with the handler's allocator, and is itself allocated with operator new.
    // Thread safety: starting is a use of the acceptor. Pending accepts may complete on other
    //   threads while it is closed, moved or destroyed.
    template <class E, BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code)) Token = default_token>
    auto async_accept(stream_socket<Protocol, E>& peer, Token&& token = Token(),
                      location where = location::current()) {
        return accept_into<Token>(peer, nullptr, token, where);
    }
    template <class E, BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code)) Token = default_token>
    auto async_accept(stream_socket<Protocol, E>& peer, endpoint_type& from,
                      Token&& token = Token(), location where = location::current()) {
        return accept_into<Token>(peer, &from, token, where);
    }
    // The same; the completion signature is void(error_code, stream_socket): the connection, on
    // this acceptor's executor, the given one or that of the given context; a closed socket with an
    // error.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(accepted<socket_type>) Token = default_token>
        requires(!detail::executor_or_context<Token>)
    auto async_accept(Token&& token = Token(), location where = location::current()) {
        return accept_on<Token>(this->get_executor(), nullptr, token, where);
    }
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(accepted<socket_type>) Token = default_token>
    auto async_accept(endpoint_type& from, Token&& token = Token(),
                      location where = location::current()) {
        return accept_on<Token>(this->get_executor(), &from, token, where);
    }
    template <detail::executor_or_context ExecutorOrContext,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(accepted<socket_on<ExecutorOrContext>>)
                  Token = default_token>
    auto async_accept(ExecutorOrContext&& executor_or_context, Token&& token = Token(),
                      location where = location::current()) {
        return accept_on<Token>(detail::executor_of(executor_or_context), nullptr, token, where);
    }
    template <detail::executor_or_context ExecutorOrContext,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(accepted<socket_on<ExecutorOrContext>>)
                  Token = default_token>
    auto async_accept(ExecutorOrContext&& executor_or_context, endpoint_type& from,
                      Token&& token = Token(), location where = location::current()) {
        return accept_on<Token>(detail::executor_of(executor_or_context), &from, token, where);
    }

private:
    template <class, class>
    friend class acceptor;
    using connection = detail::connection<endpoint_type>;

    template <class Peer>
    error_code accept_now(Peer& peer, endpoint_type* from, error_code& ec, location where) {
        if (peer.is_open()) {
            return ec = boost::asio::error::already_open;
        }
        connection taken = wait_for_connection(ec);
        return ec.failed() ? this->notify_use(ec, "accept")
                           : detail::give_connection(peer, from, std::move(taken), ec, where);
    }
    connection wait_for_connection(error_code& ec) {
        for (;;) {
            connection taken = detail::accept_from(this->io_object(), ec);
            bool const waits =
                ec == boost::asio::error::would_block || ec == boost::asio::error::try_again;
            if (!waits || this->io_object().non_blocking()) {
                return taken;
            }
            if (this->wait(boost::asio::socket_base::wait_read, ec).failed()) {
                return {};
            }
        }
    }

    // Token is given explicitly because a token that is an lvalue must be copied, not moved.
    template <class Token, class Peer>
    auto accept_into(Peer& peer, endpoint_type* from, Token& token, location where) {
        return boost::asio::async_initiate<Token, void(error_code)>(
            detail::start_accept_into<acceptor>{{{this}}}, token, &peer, from, where);
    }
    template <class Token, class OtherExecutor>
    auto accept_on(OtherExecutor const& executor, endpoint_type* from, Token& token,
                   location where) {
        using peer_type = stream_socket<Protocol, OtherExecutor>;
        return boost::asio::async_initiate<Token, accepted<peer_type>>(
            detail::start_accept_on<acceptor, peer_type>{{{this}}}, token, executor, from, where);
    }
};

}  // namespace handrail
