// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// stream_socket: see <handrail/socket.hpp>.

#pragma once

#include <handrail/detail/asio/guarded_socket.hpp>
#include <handrail/detail/asio/initiation.hpp>
#include <handrail/detail/asio/socket_resource.hpp>
#include <handrail/detail/handle/buffers.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_stream_socket.hpp>

#include <concepts>
#include <cstddef>
#include <source_location>
#include <utility>

namespace handrail {

namespace detail {
struct socket_access;
}

template <class Protocol, class Executor>
class acceptor;

// A connected (or connecting) stream of bytes. Models Asio's SyncReadStream, SyncWriteStream,
// AsyncReadStream and AsyncWriteStream. The functions that are not explained here mean what they
// mean in boost::asio::basic_stream_socket.
template <class Protocol, class Executor = boost::asio::any_io_executor>
class stream_socket
    : public detail::guarded_socket<
          detail::socket_resource<boost::asio::basic_stream_socket<Protocol, Executor>>> {
    using base = detail::guarded_socket<
        detail::socket_resource<boost::asio::basic_stream_socket<Protocol, Executor>>>;
    using error_code = boost::system::error_code;
    using default_token = typename boost::asio::default_completion_token<Executor>::type;
    using transferred = void(error_code, std::size_t);

public:
    using typename base::endpoint_type;
    using typename base::executor_type;
    using typename base::message_flags;
    using typename base::native_handle_type;
    using typename base::protocol_type;
    using lowest_layer_type = stream_socket;

    template <class Other>
    struct rebind_executor {
        using other = stream_socket<Protocol, Other>;
    };

    explicit stream_socket(executor_type const& executor) : base(executor) {}
    template <detail::asio_context Context>
        requires detail::place_for<Context&, Executor>
    explicit stream_socket(Context& context) : base(context) {}

    // Effects: opens a socket of the protocol. Errors: as open().
    template <detail::place_for<Executor> Place>
    stream_socket(Place&& executor_or_context, protocol_type const& protocol,
                  std::source_location where = std::source_location::current())
        : base(std::forward<Place>(executor_or_context)) {
        this->open(protocol, where);
    }
    // Effects: opens a socket and binds it to the endpoint. Errors: as open() and bind().
    template <detail::place_for<Executor> Place>
    stream_socket(Place&& executor_or_context, endpoint_type const& endpoint,
                  std::source_location where = std::source_location::current())
        : base(std::forward<Place>(executor_or_context)) {
        this->open(endpoint.protocol(), where);
        this->bind(endpoint);
    }
    // The same for the path of a local socket, which may be too long: filename_too_long.
    template <detail::place_for<Executor> Where, detail::path_of<endpoint_type> Path>
    stream_socket(Where&& executor_or_context, Path const& path,
                  std::source_location where = std::source_location::current())
        : stream_socket(std::forward<Where>(executor_or_context),
                        detail::endpoint_at<endpoint_type>(path, "bind"), where) {}
    // Effects: takes over an open socket. Errors: as assign(); it stays the caller's then.
    template <detail::place_for<Executor> Place>
    stream_socket(Place&& executor_or_context, protocol_type const& protocol, native_handle_type h,
                  std::source_location where = std::source_location::current())
        : base(std::forward<Place>(executor_or_context)) {
        this->assign(protocol, h, where);
    }

    // Effects: takes over a socket with another type of executor or a more special protocol (a
    //   tcp_socket becomes a stream_socket<generic::stream_protocol>), cleanups and pending
    //   operations included; a close that was deferred becomes an immediate one. Assignment too.
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    stream_socket(stream_socket<P, E>&& other) : base(base_of(std::move(other))) {}

    // Effects: takes over a socket of Asio's with its pending operations; it is made close-on-exec.
    //   release_asio_socket() is the way back. Assignment too.
    // Errors: throws what the system says; the socket stays the caller's then.
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    stream_socket(boost::asio::basic_stream_socket<P, E>&& unguarded,
                  std::source_location where = std::source_location::current())
        : base(std::move(unguarded), where) {
        if (detail::tracking()) {
            error_code unconnected;
            endpoint_type const peer = this->inner().remote_endpoint(unconnected);
            if (!unconnected.failed()) {
                name_after("with ", peer);
            }
        }
    }

    stream_socket(stream_socket&&) noexcept = default;
    stream_socket& operator=(stream_socket&&) noexcept = default;

    lowest_layer_type& lowest_layer() noexcept { return *this; }
    lowest_layer_type const& lowest_layer() const noexcept { return *this; }

    // Effects: connects; opens first if need be. Errors: what() names the peer.
    void connect(endpoint_type const& peer,
                 std::source_location where = std::source_location::current()) {
        error_code ec;
        connect(peer, ec, where);
        if (ec.failed()) {
            detail::throw_system_error(ec, "connect", detail::endpoint_text(peer));
        }
    }
    error_code connect(endpoint_type const& peer, error_code& ec,
                       std::source_location where = std::source_location::current()) {
        if (!this->is_open() && this->open(peer.protocol(), ec, where).failed()) {
            return ec;
        }
        name_after("to ", peer);
        this->inner().connect(peer, ec);
        while (detail::interrupted(ec)) {
            detail::finish_connecting(this->native_handle(), ec);
            if (ec == boost::asio::error::not_connected) {
                this->inner().connect(peer, ec);
            }
        }
        return ec;
    }
    // The same for the path of a local socket, which may be too long: filename_too_long.
    template <detail::path_of<endpoint_type> Path>
    void connect(Path const& path, std::source_location where = std::source_location::current()) {
        connect(detail::endpoint_at<endpoint_type>(path, "connect"), where);
    }
    template <detail::path_of<endpoint_type> Path>
    error_code connect(Path const& path, error_code& ec,
                       std::source_location where = std::source_location::current()) {
        endpoint_type const peer = detail::endpoint_at<endpoint_type>(path, ec);
        return ec.failed() ? ec : connect(peer, ec, where);
    }
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code)) Token = default_token>
    auto async_connect(endpoint_type const& peer, Token&& token = Token(),
                       std::source_location where = std::source_location::current()) {
        return boost::asio::async_initiate<Token, void(error_code)>(start_connect{{this}, where},
                                                                    token, peer);
    }

    void shutdown(boost::asio::socket_base::shutdown_type what) {
        error_code ec;
        shutdown(what, ec);
        this->check(ec, "shutdown");
    }
    error_code shutdown(boost::asio::socket_base::shutdown_type what, error_code& ec) {
        this->inner().shutdown(what, ec);
        return this->used(ec, "shutdown");
    }

    endpoint_type remote_endpoint() const {
        error_code ec;
        endpoint_type const endpoint = remote_endpoint(ec);
        this->check(ec, "remote_endpoint");
        return endpoint;
    }
    endpoint_type remote_endpoint(error_code& ec) const {
        endpoint_type const endpoint = this->address_of(detail::socket_end::other, ec);
        this->used(ec, "remote_endpoint");
        return endpoint;
    }

    std::size_t available() const {
        error_code ec;
        std::size_t const bytes = available(ec);
        this->check(ec, "available");
        return bytes;
    }
    std::size_t available(error_code& ec) const {
        std::size_t const bytes = this->inner().available(ec);
        this->used(ec, "available");
        return bytes;
    }
    bool at_mark() const {
        error_code ec;
        bool const mark = at_mark(ec);
        this->check(ec, "at_mark");
        return mark;
    }
    bool at_mark(error_code& ec) const {
        bool const mark = this->inner().at_mark(ec);
        this->used(ec, "at_mark");
        return mark;
    }

    template <class Buffers>
    std::size_t read_some(Buffers const& buffers) {
        return receive(buffers);
    }
    template <class Buffers>
    std::size_t read_some(Buffers const& buffers, error_code& ec) {
        return receive(buffers, 0, ec);
    }
    template <class Buffers>
    std::size_t write_some(Buffers const& buffers) {
        return send(buffers);
    }
    template <class Buffers>
    std::size_t write_some(Buffers const& buffers, error_code& ec) {
        return send(buffers, 0, ec);
    }

    template <class Buffers>
    std::size_t receive(Buffers const& buffers, boost::asio::socket_base::message_flags flags = 0) {
        error_code ec;
        std::size_t const moved = receive(buffers, flags, ec);
        this->check(ec, "receive");
        return moved;
    }
    template <class Buffers>
    std::size_t receive(Buffers const& buffers, boost::asio::socket_base::message_flags flags,
                        error_code& ec) {
        std::size_t moved = 0;
        do {
            moved = this->inner().receive(buffers, flags, ec);
        } while (detail::interrupted(ec));
        this->used(ec, "receive");
        return moved;
    }
    template <class Buffers>
    std::size_t send(Buffers const& buffers, boost::asio::socket_base::message_flags flags = 0) {
        error_code ec;
        std::size_t const moved = send(buffers, flags, ec);
        this->check(ec, "send");
        return moved;
    }
    template <class Buffers>
    std::size_t send(Buffers const& buffers, boost::asio::socket_base::message_flags flags,
                     error_code& ec) {
        std::size_t moved = 0;
        do {
            moved = this->inner().send(buffers, flags, ec);
        } while (detail::interrupted(ec));
        this->used(ec, "send");
        return moved;
    }

    template <detail::mutable_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_read_some(Buffers const& buffers, Token&& token = Token()) {
        return start_moving<Token, start_receive>("async_read_some", buffers, 0, token);
    }
    template <detail::const_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_write_some(Buffers const& buffers, Token&& token = Token()) {
        return start_moving<Token, start_send>("async_write_some", buffers, 0, token);
    }
    template <detail::mutable_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_receive(Buffers const& buffers, Token&& token = Token()) {
        return start_moving<Token, start_receive>("async_receive", buffers, 0, token);
    }
    template <detail::mutable_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_receive(Buffers const& buffers, message_flags flags, Token&& token = Token()) {
        return start_moving<Token, start_receive>("async_receive", buffers, flags, token);
    }
    template <detail::const_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_send(Buffers const& buffers, Token&& token = Token()) {
        return start_moving<Token, start_send>("async_send", buffers, 0, token);
    }
    template <detail::const_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_send(Buffers const& buffers, message_flags flags, Token&& token = Token()) {
        return start_moving<Token, start_send>("async_send", buffers, flags, token);
    }

    friend detail::owner_view handrail_owner(stream_socket& socket) noexcept {
        return socket.guard_.view(sizeof(stream_socket));
    }

private:
    template <class, class>
    friend class acceptor;
    template <class, class>
    friend class stream_socket;
    friend struct detail::socket_access;
    template <class P, class E1, class E2>
    friend error_code connect_pair(stream_socket<P, E1>&, stream_socket<P, E2>&, error_code&,
                                   std::source_location);

    // Opens as late as this: Asio must not find the socket closed when the operation starts, and
    // open it by itself.
    struct start_connect : detail::initiation<stream_socket> {
        std::source_location where;

        template <class Handler>
        void operator()(Handler&& handler, endpoint_type const& peer) const {
            stream_socket& socket = *this->io_object;
            error_code ec;
            if (!socket.is_open() && socket.open(peer.protocol(), ec, where).failed()) {
                detail::complete_later(socket.get_executor(), std::forward<Handler>(handler), ec);
                return;
            }
            socket.name_after("to ", peer);
            socket.inner().async_connect(peer, std::forward<Handler>(handler));
        }
    };
    struct start_receive : detail::initiation<stream_socket> {
        char const* operation;

        template <class Handler, class Buffers>
        void operator()(Handler&& handler, Buffers const& buffers, message_flags flags) const {
            this->io_object->check_open(operation);
            this->io_object->inner().async_receive(buffers, flags, std::forward<Handler>(handler));
        }
    };
    struct start_send : detail::initiation<stream_socket> {
        char const* operation;

        template <class Handler, class Buffers>
        void operator()(Handler&& handler, Buffers const& buffers, message_flags flags) const {
            this->io_object->check_open(operation);
            this->io_object->inner().async_send(buffers, flags, std::forward<Handler>(handler));
        }
    };
    template <class Token, class Start, class Buffers>
    auto start_moving(char const* operation, Buffers const& buffers, message_flags flags,
                      Token& token) {
        return boost::asio::async_initiate<Token, transferred>(Start{{this}, operation}, token,
                                                               buffers, flags);
    }

    // For connect(): the descriptor is replaced, the owner and its cleanups stay.
    error_code reopen(protocol_type const& protocol, error_code& ec, std::source_location where) {
        detail::fresh_handle fresh =
            detail::open_socket(protocol.family(), protocol.type(), protocol.protocol(), ec);
        return ec.failed() ? ec : this->replace(protocol, std::move(fresh), ec, where);
    }

    void name_after(char const* direction, endpoint_type const& peer) {
        if (detail::tracking()) {
            this->name(direction + detail::endpoint_text(peer));
        }
    }

    template <class P, class E>
    static auto&& base_of(stream_socket<P, E>&& other) noexcept {
        return static_cast<typename stream_socket<P, E>::base&&>(other);
    }
};

// Effects: connects two different sockets with each other.
// Errors: asio::error::already_open if one is open; what the system says; both stay as they are.
template <class Protocol, class E1, class E2>
boost::system::error_code connect_pair(
    stream_socket<Protocol, E1>& a, stream_socket<Protocol, E2>& b, boost::system::error_code& ec,
    std::source_location where = std::source_location::current()) {
    if (a.is_open() || b.is_open()) {
        return ec = boost::asio::error::already_open;
    }
    Protocol const protocol{};
    auto ends =
        detail::open_socket_pair(protocol.family(), protocol.type(), protocol.protocol(), ec);
    stream_socket<Protocol, E1> first(a.get_executor());
    stream_socket<Protocol, E2> second(b.get_executor());
    if (!ec.failed() && !first.own(protocol, std::move(ends.first), ec, where).failed() &&
        !second.own(protocol, std::move(ends.second), ec, where).failed()) {
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
