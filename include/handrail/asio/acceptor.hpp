// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// acceptor: see <handrail/socket.hpp>.

#pragma once

#include <handrail/asio/stream_socket.hpp>
#include <handrail/detail/asio/accept_operation.hpp>
#include <handrail/detail/asio/acceptor_resource.hpp>
#include <handrail/detail/asio/initiation.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/is_executor.hpp>

#include <concepts>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

namespace handrail {

namespace detail {

template <class T>
concept asio_executor = asio::execution::is_executor<std::remove_cvref_t<T>>::value ||
                        asio::is_executor<std::remove_cvref_t<T>>::value;

// What an accepted socket can be put on.
template <class T>
concept executor_or_context = asio_executor<T> || asio_context<std::remove_reference_t<T>>;

template <executor_or_context Place>
auto executor_of(Place&& place) {
    if constexpr (asio_executor<Place>) {
        return place;
    } else {
        return place.get_executor();
    }
}

}  // namespace detail

// Listens for connections. The functions that are not explained here mean what they mean in
// boost::asio::basic_socket_acceptor.
template <class Protocol, class Executor = boost::asio::any_io_executor>
class acceptor
    : public detail::guarded_socket<
          detail::acceptor_resource<boost::asio::basic_socket_acceptor<Protocol, Executor>>> {
    using resource =
        detail::acceptor_resource<boost::asio::basic_socket_acceptor<Protocol, Executor>>;
    using base = detail::guarded_socket<resource>;
    using error_code = boost::system::error_code;
    using location = std::source_location;
    using default_token = typename boost::asio::default_completion_token<Executor>::type;
    template <class Place>
    using socket_on = stream_socket<Protocol, decltype(detail::executor_of(std::declval<Place>()))>;
    template <class Peer>
    using accepted = void(error_code, Peer);

public:
    using typename base::endpoint_type;
    using typename base::executor_type;
    using typename base::native_handle_type;
    using typename base::protocol_type;
    using socket_type = stream_socket<Protocol, Executor>;

    template <class Other>
    struct rebind_executor {
        using other = acceptor<Protocol, Other>;
    };

    explicit acceptor(executor_type const& executor) : base(executor) {}
    template <detail::asio_context Context>
        requires detail::place_for<Context&, Executor>
    explicit acceptor(Context& context) : base(context) {}

    // Effects: opens, binds and listens; by default the address may be used again at once after a
    //   restart. Errors: as open(), bind() and listen().
    template <detail::place_for<Executor> Place>
    acceptor(Place&& executor_or_context, endpoint_type const& endpoint, bool reuse = true,
             location where = location::current())
        : base(std::forward<Place>(executor_or_context)) {
        this->open(endpoint.protocol(), where);
        if (reuse) {
            this->set_option(boost::asio::socket_base::reuse_address(true));
        }
        this->bind(endpoint);
        listen();
    }
    // The same for the path of a local socket, which may be too long: filename_too_long.
    template <detail::place_for<Executor> Place, detail::path_of<endpoint_type> Path>
    acceptor(Place&& executor_or_context, Path const& path, bool reuse = true,
             location where = location::current())
        : acceptor(std::forward<Place>(executor_or_context),
                   detail::endpoint_at<endpoint_type>(path, "bind"), reuse, where) {}
    template <detail::place_for<Executor> Place>
    acceptor(Place&& executor_or_context, protocol_type const& protocol,
             location where = location::current())
        : base(std::forward<Place>(executor_or_context)) {
        this->open(protocol, where);
    }
    template <detail::place_for<Executor> Place>
    acceptor(Place&& executor_or_context, protocol_type const& protocol, native_handle_type h,
             location where = location::current())
        : base(std::forward<Place>(executor_or_context)) {
        this->assign(protocol, h, where);
    }
    // Effects: takes over an acceptor with another type of executor or a more special protocol,
    //   cleanups included. Its pending operations are cancelled, and a close that was deferred
    //   becomes an immediate one. Assignment too.
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    acceptor(acceptor<P, E>&& other) : base(static_cast<typename acceptor<P, E>::base&&>(other)) {}
    // Effects: takes over an acceptor of Asio's; it is made close-on-exec. release_asio_socket() is
    //   the way back. Assignment too.
    // Errors: throws what the system says; the acceptor stays the caller's then.
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    acceptor(boost::asio::basic_socket_acceptor<P, E>&& unguarded,
             location where = location::current())
        : base(std::move(unguarded), where) {
        name_after_itself();
    }

    acceptor(acceptor&&) noexcept = default;
    acceptor& operator=(acceptor&&) noexcept = default;

    void listen(int backlog = boost::asio::socket_base::max_listen_connections) {
        error_code ec;
        listen(backlog, ec);
        this->check(ec, "listen");
    }
    error_code listen(int backlog, error_code& ec) {
        this->inner().listen(backlog, ec);
        if (!ec.failed()) {
            name_after_itself();
        }
        return this->used(ec, "listen");
    }

    // Effects: waits for a connection, unless non_blocking(), and takes it. The peer must be
    //   closed. With an endpoint, that becomes the other side's.
    // Errors: would_block; already_open; too_many_files_open: the connection stays in the queue.
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

    // Returns: the connection, on this acceptor's executor or the given one; a closed socket with
    //   an error.
    socket_type accept(location where = location::current()) {
        return accept(this->get_executor(), where);
    }
    socket_type accept(error_code& ec, location where = location::current()) {
        return accept(this->get_executor(), ec, where);
    }
    socket_type accept(endpoint_type& from, location where = location::current()) {
        return accept(this->get_executor(), from, where);
    }
    socket_type accept(endpoint_type& from, error_code& ec, location where = location::current()) {
        return accept(this->get_executor(), from, ec, where);
    }
    template <detail::executor_or_context Place>
    socket_on<Place> accept(Place&& place, location where = location::current()) {
        socket_on<Place> peer(detail::executor_of(place));
        accept(peer, where);
        return peer;
    }
    template <detail::executor_or_context Place>
    socket_on<Place> accept(Place&& place, error_code& ec, location where = location::current()) {
        socket_on<Place> peer(detail::executor_of(place));
        accept(peer, ec, where);
        return peer;
    }
    template <detail::executor_or_context Place>
    socket_on<Place> accept(Place&& place, endpoint_type& from,
                            location where = location::current()) {
        socket_on<Place> peer(detail::executor_of(place));
        accept(peer, from, where);
        return peer;
    }
    template <detail::executor_or_context Place>
    socket_on<Place> accept(Place&& place, endpoint_type& from, error_code& ec,
                            location where = location::current()) {
        socket_on<Place> peer(detail::executor_of(place));
        accept(peer, from, ec, where);
        return peer;
    }

    // The same, asynchronously. The completion signature is void(error_code); peer and from must
    // live, peer closed, until then. The acceptor may be moved meanwhile (not by an operation with
    // a cancellation slot: Asio's slots point into the acceptor). When it is closed or destroyed,
    // operations complete with operation_aborted.
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
    // The completion signature is void(error_code, stream_socket), on this acceptor's executor or
    // the given one.
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
    template <detail::executor_or_context Place,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(accepted<socket_on<Place>>) Token = default_token>
    auto async_accept(Place&& place, Token&& token = Token(),
                      location where = location::current()) {
        return accept_on<Token>(detail::executor_of(place), nullptr, token, where);
    }
    template <detail::executor_or_context Place,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(accepted<socket_on<Place>>) Token = default_token>
    auto async_accept(Place&& place, endpoint_type& from, Token&& token = Token(),
                      location where = location::current()) {
        return accept_on<Token>(detail::executor_of(place), &from, token, where);
    }

    friend detail::owner_view handrail_owner(acceptor& a) noexcept {
        return a.guard_.view(sizeof(acceptor));
    }

private:
    template <class, class>
    friend class acceptor;
    using gate = typename resource::gate;
    using connection = detail::connection<endpoint_type>;

    void name_after_itself() {
        if (detail::tracking() && this->is_open()) {
            error_code ignored;  // listen() has succeeded, or the name is not known
            this->name(detail::endpoint_text(this->address_of(detail::socket_end::own, ignored)));
        }
    }

    template <class Peer>
    error_code accept_now(Peer& peer, endpoint_type* from, error_code& ec, location where) {
        if (peer.is_open()) {
            return ec = boost::asio::error::already_open;
        }
        connection taken = wait_for_connection(ec);
        return ec.failed() ? this->used(ec, "accept")
                           : adopt(peer, from, std::move(taken), ec, where);
    }
    connection wait_for_connection(error_code& ec) {
        for (;;) {
            connection taken =
                detail::take_connection<endpoint_type>(this->inner().native_handle(), ec);
            bool const waits =
                ec == boost::asio::error::would_block || ec == boost::asio::error::try_again;
            if (!waits || this->inner().non_blocking()) {
                return taken;
            }
            if (this->wait(boost::asio::socket_base::wait_read, ec).failed()) {
                return {};
            }
        }
    }

    // Effects: the connection becomes the peer's, or is closed.
    template <class Peer>
    static error_code adopt(Peer& peer, endpoint_type* from, connection taken, error_code& ec,
                            location where) {
        if (peer.is_open()) {  // opened while the operation waited
            return ec = boost::asio::error::already_open;
        }
        if (!peer.own(taken.peer.protocol(), std::move(taken.socket), ec, where).failed()) {
            peer.name_after("from ", taken.peer);
            if (from != nullptr) {
                *from = taken.peer;
            }
        }
        return ec;
    }

    // Token is explicit: a token that is an lvalue must be copied, not moved.
    template <class Token, class Peer>
    auto accept_into(Peer& peer, endpoint_type* from, Token& token, location where) {
        return boost::asio::async_initiate<Token, void(error_code)>(start_accept_into{{this}},
                                                                    token, &peer, from, where);
    }
    template <class Token, class OtherExecutor>
    auto accept_on(OtherExecutor const& executor, endpoint_type* from, Token& token,
                   location where) {
        using peer_type = stream_socket<Protocol, OtherExecutor>;
        return boost::asio::async_initiate<Token, accepted<peer_type>>(
            start_accept_on{{this}}, token, executor, from, where);
    }

    struct start_accept_into : detail::initiation<acceptor> {
        template <class Handler, class Peer>
        void operator()(Handler&& handler, Peer* peer, endpoint_type* from, location where) const {
            auto deliver = [peer, from, where](auto& self, error_code ec, connection taken) {
                if (!ec.failed()) {
                    adopt(*peer, from, std::move(taken), ec, where);
                }
                self.complete(ec);
            };
            this->io_object->template start_accept<void(error_code)>(
                std::forward<Handler>(handler), peer->is_open(), std::move(deliver));
        }
    };
    struct start_accept_on : detail::initiation<acceptor> {
        template <class Handler, class OtherExecutor>
        void operator()(Handler&& handler, OtherExecutor const& executor, endpoint_type* from,
                        location where) const {
            using peer_type = stream_socket<Protocol, OtherExecutor>;
            auto deliver = [executor, from, where](auto& self, error_code ec, connection taken) {
                peer_type peer(executor);
                if (!ec.failed()) {
                    adopt(peer, from, std::move(taken), ec, where);
                }
                self.complete(ec, std::move(peer));
            };
            this->io_object->template start_accept<accepted<peer_type>>(
                std::forward<Handler>(handler), false, std::move(deliver));
        }
    };
    template <class Signature, class Handler, class Deliver>
    void start_accept(Handler&& handler, bool peer_is_open, Deliver deliver) {
        this->check_open("async_accept");
        error_code ec;
        std::shared_ptr<gate> opened;
        if (peer_is_open) {
            ec = boost::asio::error::already_open;
        } else {
            opened = this->guard_.resource().open_gate(ec);
        }
        boost::asio::async_compose<Handler, Signature>(
            detail::accept_operation<gate, Deliver>{std::move(opened), std::move(deliver), ec},
            handler, this->inner());
    }
};

}  // namespace handrail
