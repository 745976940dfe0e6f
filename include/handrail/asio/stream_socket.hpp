// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// stream_socket: a connection, or a socket that becomes one. See <handrail/socket.hpp>.
//
//     handrail::tcp_socket client(context);
//     client.connect({boost::asio::ip::make_address("127.0.0.1"), 80});
//     boost::asio::write(client, boost::asio::buffer("GET / HTTP/1.0\r\n\r\n", 18));

#pragma once

#include <handrail/asio/basic_socket.hpp>
#include <handrail/detail/asio/endpoint_text.hpp>
#include <handrail/detail/asio/executors.hpp>
#include <handrail/detail/asio/local_path.hpp>
#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/asio/socket_access.hpp>
#include <handrail/detail/asio/stream_operations.hpp>
#include <handrail/detail/base/throw.hpp>
#include <handrail/detail/handle/buffers.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstddef>
#include <source_location>
#include <string>
#include <utility>

namespace handrail {

// A stream of bytes to a peer and back. Models Asio's SyncReadStream, SyncWriteStream,
// AsyncReadStream and AsyncWriteStream. Opening, closing, owning, options: as basic_socket.
//
// For all members, unless they say otherwise: as the member of the same name of
// boost::asio::basic_stream_socket; errors, memory and threads as basic_socket says.
template <class Protocol, class Executor = boost::asio::any_io_executor>
class stream_socket : public basic_socket<boost::asio::basic_stream_socket<Protocol, Executor>> {
    using base = basic_socket<boost::asio::basic_stream_socket<Protocol, Executor>>;
    using error_code = boost::system::error_code;
    using location = std::source_location;
    using shutdown_type = boost::asio::socket_base::shutdown_type;
    using default_token = typename boost::asio::default_completion_token<Executor>::type;
    using transferred = void(error_code, std::size_t);

public:
    // The types of boost::asio::basic_stream_socket. The socket is its own lowest layer.
    using typename base::endpoint_type;
    using typename base::executor_type;
    using typename base::message_flags;
    using typename base::native_handle_type;
    using typename base::protocol_type;
    using lowest_layer_type = stream_socket;

    // The socket type with another executor.
    template <class Other>
    struct rebind_executor {
        // The socket type.
        using other = stream_socket<Protocol, Other>;
    };

    // Effects: *this is closed. Its operations use the executor, or that of the context.
    // Requires: the context outlives *this.
    explicit stream_socket(executor_type const& executor) : base(executor) {}
    template <detail::asio_context Context>
        requires detail::converts_to_executor<Context&, Executor>
    explicit stream_socket(Context& context) : base(context) {}

    // Effects: with a protocol, opens a socket of it; with an endpoint or the path of a local
    //   socket, binds it to that, too; with a native handle, takes that over as assign() does.
    // Errors: throws what open(), bind() and assign() throw.
    template <detail::converts_to_executor<Executor> ExecutorOrContext>
    stream_socket(ExecutorOrContext&& executor_or_context, protocol_type const& protocol,
                  location where = location::current())
        : base(std::forward<ExecutorOrContext>(executor_or_context)) {
        this->open(protocol, where);
    }
    template <detail::converts_to_executor<Executor> ExecutorOrContext>
    stream_socket(ExecutorOrContext&& executor_or_context, endpoint_type const& endpoint,
                  location where = location::current())
        : base(std::forward<ExecutorOrContext>(executor_or_context)) {
        this->open(endpoint.protocol(), where);
        this->bind(endpoint);
    }
    template <detail::converts_to_executor<Executor> ExecutorOrContext,
              detail::path_of<endpoint_type> Path>
    stream_socket(ExecutorOrContext&& executor_or_context, Path const& path,
                  location where = location::current())
        : stream_socket(std::forward<ExecutorOrContext>(executor_or_context),
                        detail::endpoint_at<endpoint_type>(path, "bind"), where) {}
    template <detail::converts_to_executor<Executor> ExecutorOrContext>
    stream_socket(ExecutorOrContext&& executor_or_context, protocol_type const& protocol,
                  native_handle_type h, location where = location::current())
        : base(std::forward<ExecutorOrContext>(executor_or_context)) {
        this->assign(protocol, h, where);
    }

    // Effects: the socket, its pending operations, its cleanups, its runner and its deferred close
    //   move; other is closed. What *this owned before ends as in reset().
    stream_socket(stream_socket&& other) noexcept = default;
    stream_socket& operator=(stream_socket&& other) noexcept = default;

    // Effects: the same from a socket with another type of executor or a protocol that converts to
    //   this one (a tcp_socket becomes a stream_socket<generic::stream_protocol>).
    // Errors: throws what Asio's conversion throws (std::bad_alloc); nothing has moved then.
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    stream_socket(stream_socket<P, E>&& other) : base(base_of(std::move(other))) {}
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    stream_socket& operator=(stream_socket<P, E>&& other) {
        return *this = stream_socket(std::move(other));
    }

    // Effects: *this takes over a socket of Asio's with its pending operations. Its descriptor is
    //   made close-on-exec. release_asio_socket() is the way back. Assignment goes through this
    //   conversion.
    // Errors: throws what the system says; the socket stays the caller's then.
    template <class P, class E>
        requires std::convertible_to<P, Protocol> && std::convertible_to<E, Executor>
    stream_socket(boost::asio::basic_stream_socket<P, E>&& unguarded,
                  location where = location::current())
        : base(std::move(unguarded), where) {}

    // Effects: as reset().
    ~stream_socket() = default;

    // Effects: as a.swap(b).
    friend void swap(stream_socket& a, stream_socket& b) noexcept { a.swap(b); }

    // Returns: *this. The socket is its own lowest layer, so that nobody closes Asio's object
    //   without it.
    lowest_layer_type& lowest_layer() noexcept { return *this; }
    lowest_layer_type const& lowest_layer() const noexcept { return *this; }

    // Effects: opens the socket if it is closed; connects, and waits until that has succeeded or
    //   failed, also with non_blocking(). A local socket takes a path, too. If the listener's queue
    //   is full, it waits for room only while it is blocking (connect(2)).
    // Errors: connection_refused, timed_out, already_connected and what else connect(2) names;
    //   try_again if the queue is full and the socket non-blocking, as asynchronous operations make
    //   it; filename_too_long and error::nul_in_path as bind. what() names the peer. The socket
    //   stays open then; close it before another attempt (connect(2)), or call handrail::connect.
    // With the leak check on, reports name the socket after the peer that it was last asked to
    //   connect to ("to 127.0.0.1:80"): from the beginning of the attempt, and also when that has
    //   failed. A socket that has a peer, or is being connected, keeps its name.
    void connect(endpoint_type const& peer, location where = location::current()) {
        error_code ec;
        connect(peer, ec, where);
        if (ec.failed()) {
            detail::throw_system_error(ec, "connect", detail::endpoint_text(peer));
        }
    }
    error_code connect(endpoint_type const& peer, error_code& ec,
                       location where = location::current()) {
        if (!this->is_open() && this->open(peer.protocol(), ec, where).failed()) {
            return ec;
        }
        this->name_attempt(peer);
        this->io_object().connect(peer, ec);
        while (detail::interrupted(ec)) {
            detail::finish_connecting(this->native_handle(), ec);
            if (ec == boost::asio::error::not_connected) {
                this->io_object().connect(peer, ec);
            }
        }
        if constexpr (!detail::internet_endpoint<endpoint_type>) {
            detail::require_local_peer(this->native_handle(), peer.protocol().family(), ec);
        }
        return ec;
    }
    template <detail::path_of<endpoint_type> Path>
    void connect(Path const& path, location where = location::current()) {
        connect(detail::endpoint_at<endpoint_type>(path, "connect"), where);
    }
    template <detail::path_of<endpoint_type> Path>
    error_code connect(Path const& path, error_code& ec, location where = location::current()) {
        endpoint_type const peer = detail::endpoint_at<endpoint_type>(path, ec);
        return ec.failed() ? ec : connect(peer, ec, where);
    }
    // The same, asynchronously; the completion signature is void(error_code). A socket that is
    // closed is opened when the operation starts. where: what reports say about where it was
    // opened.
    // Requires: the socket is not moved meanwhile if the handler has a cancellation slot: Asio's
    //   slots point into the socket.
    // Errors: as connect; operation_aborted when the socket is closed, destroyed or cancelled.
    // Allocates: as Asio, with the handler's allocator, and as opening.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code))
                  Token = default_token>
    auto async_connect(endpoint_type const& peer, Token&& token = Token(),
                       location where = location::current()) {
        return boost::asio::async_initiate<Token, void(error_code)>(
            detail::start_connect<stream_socket>{{this}, where}, token, peer);
    }

    // Effects: ends sending, receiving or both (shutdown(2)). The socket stays open, and pending
    //   operations of the direction that has ended complete.
    // Errors: not_connected.
    void shutdown(shutdown_type what) {
        error_code ec;
        shutdown(what, ec);
        this->check(ec, "shutdown");
    }
    error_code shutdown(shutdown_type what, error_code& ec) {
        this->io_object().shutdown(what, ec);
        return this->notify_use(ec, "shutdown");
    }

    // Returns: the peer's address. Errors: not_connected.
    endpoint_type remote_endpoint() const {
        error_code ec;
        endpoint_type const endpoint = remote_endpoint(ec);
        this->check(ec, "remote_endpoint");
        return endpoint;
    }
    endpoint_type remote_endpoint(error_code& ec) const {
        endpoint_type const endpoint = this->address_of(detail::socket_end::other, ec);
        this->notify_use(ec, "remote_endpoint");
        return endpoint;
    }

    // Returns: how many bytes can be read without waiting.
    std::size_t available() const {
        error_code ec;
        std::size_t const bytes = available(ec);
        this->check(ec, "available");
        return bytes;
    }
    std::size_t available(error_code& ec) const {
        std::size_t const bytes = this->io_object().available(ec);
        this->notify_use(ec, "available");
        return bytes;
    }
    // Returns: whether the next byte is the one after out-of-band data.
    bool at_mark() const {
        error_code ec;
        bool const mark = at_mark(ec);
        this->check(ec, "at_mark");
        return mark;
    }
    bool at_mark(error_code& ec) const {
        bool const mark = this->io_object().at_mark(ec);
        this->notify_use(ec, "at_mark");
        return mark;
    }

    // Effects: receives into the buffers, or sends from them, what one system call transfers: at
    //   most 64 buffers. Waits until at least one byte can be transferred, unless non_blocking().
    // Returns: how many bytes were transferred, at least 1; 0 if all buffers are empty, and with an
    //   error. To fill or send all buffers, call boost::asio::read or write.
    // Errors: asio::error::eof when the peer has ended its side and everything was received;
    //   would_block with non_blocking(); connection_reset; when sending, broken_pipe, without
    //   SIGPIPE; what else recv(2) and send(2) name. what() says "receive" or "send".
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
    std::size_t receive(Buffers const& buffers, message_flags flags = 0) {
        error_code ec;
        std::size_t const moved = receive(buffers, flags, ec);
        this->check(ec, "receive");
        return moved;
    }
    template <class Buffers>
    std::size_t receive(Buffers const& buffers, message_flags flags, error_code& ec) {
        std::size_t moved = 0;
        do {
            moved = this->io_object().receive(buffers, flags, ec);
        } while (detail::interrupted(ec));
        this->notify_use(ec, "receive");
        return moved;
    }
    template <class Buffers>
    std::size_t send(Buffers const& buffers, message_flags flags = 0) {
        error_code ec;
        std::size_t const moved = send(buffers, flags, ec);
        this->check(ec, "send");
        return moved;
    }
    template <class Buffers>
    std::size_t send(Buffers const& buffers, message_flags flags, error_code& ec) {
        std::size_t moved = 0;
        do {
            moved = this->io_object().send(buffers, flags, ec);
        } while (detail::interrupted(ec));
        this->notify_use(ec, "send");
        return moved;
    }

    // The same, asynchronously; the completion signature is void(error_code, std::size_t): how many
    // bytes were transferred.
    // Requires: the memory that the buffers refer to lives until the operation completes. The
    //   socket may be moved meanwhile, unless the handler has a cancellation slot: Asio's slots
    //   point into the socket.
    // Errors: as read_some and write_some; operation_aborted when the socket is closed, destroyed
    //   or cancelled.
    // Allocates: as Asio, with the handler's allocator.
    template <detail::mutable_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_read_some(Buffers const& buffers, Token&& token = Token()) {
        return initiate<Token, detail::start_receive>("async_read_some", buffers, 0, token);
    }
    template <detail::const_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_write_some(Buffers const& buffers, Token&& token = Token()) {
        return initiate<Token, detail::start_send>("async_write_some", buffers, 0, token);
    }
    template <detail::mutable_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_receive(Buffers const& buffers, Token&& token = Token()) {
        return initiate<Token, detail::start_receive>("async_receive", buffers, 0, token);
    }
    template <detail::mutable_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_receive(Buffers const& buffers, message_flags flags, Token&& token = Token()) {
        return initiate<Token, detail::start_receive>("async_receive", buffers, flags, token);
    }
    template <detail::const_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_send(Buffers const& buffers, Token&& token = Token()) {
        return initiate<Token, detail::start_send>("async_send", buffers, 0, token);
    }
    template <detail::const_buffers Buffers,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(transferred) Token = default_token>
    auto async_send(Buffers const& buffers, message_flags flags, Token&& token = Token()) {
        return initiate<Token, detail::start_send>("async_send", buffers, flags, token);
    }

private:
    template <class, class>
    friend class stream_socket;

    template <class Token, template <class> class Start, class Buffers>
    auto initiate(char const* operation, Buffers const& buffers, message_flags flags,
                  Token& token) {
        return boost::asio::async_initiate<Token, transferred>(
            Start<stream_socket>{{this}, operation}, token, buffers, flags);
    }

    template <class P, class E>
    static auto&& base_of(stream_socket<P, E>&& other) noexcept {
        return static_cast<typename stream_socket<P, E>::base&&>(other);
    }
};

}  // namespace handrail
