// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// basic_socket: what all sockets and acceptors of this library have in common. For functions that
// take any of them:
//
//     template <class IoObject>
//     void limit(handrail::basic_socket<IoObject>& any, int client) {
//         any.set_option(boost::asio::socket_base::receive_buffer_size(65'536));
//         handrail::add_cleanup(any, &forget_limit, client);
//     }
//
// IoObject is the Asio class that is guarded: boost::asio::ip::tcp::socket for a tcp_socket.

#pragma once

#include <handrail/detail/asio/endpoint_text.hpp>
#include <handrail/detail/asio/executors.hpp>
#include <handrail/detail/asio/initiation.hpp>
#include <handrail/detail/asio/local_path.hpp>
#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/asio/socket_access.hpp>
#include <handrail/detail/asio/socket_guard.hpp>
#include <handrail/detail/base/standard_error.hpp>
#include <handrail/detail/base/throw.hpp>
#include <handrail/handle.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <source_location>
#include <string>
#include <utility>

namespace handrail {

// Owns an open socket, or is closed: constructed without opening, closed, released or moved from.
// It is an owner: add_cleanup, set_runner and defer_close take it. See stream_socket and acceptor,
// which are the only classes derived from it.
//
// For all members, unless they say otherwise:
// Effects: as the member of the same name of boost::asio::basic_socket.
// Errors: pairs of overloads report in two ways. One throws boost::system::system_error, and what()
//   names the operation and the socket with its addresses (those of a generic protocol have no
//   text: "endpoint"); the other sets ec, and returns it if there is no other result.
//   asio::error::bad_descriptor for a closed socket; what the system says. A call that a signal
//   interrupts is made again: asio::error::interrupted is not reported.
// Allocates: as Asio: opening and assigning register the descriptor with the reactor, which may
//   allocate, and throw std::bad_alloc. If a default runner is set, they also allocate what
//   set_runner() does; when memory is short, the socket has no runner then, and the failure handler
//   is called. The other functions nothing, unless an error is thrown, or a cleanup or the runner
//   allocates.
// A runner and a deferred close belong to the open socket: they move with it, and end with close(),
//   reset(), release() and release_asio_socket(). See <handrail/runner.hpp>.
// Thread safety: as Asio's sockets: distinct objects may be used by distinct threads, one object by
//   one thread (or strand) at a time.
// (The guard is the first base: Asio's socket in it derives from the empty socket_base, too, and
// would be moved from the beginning of the object; see detail/core/guarded.hpp, 4.)
template <class IoObject>
class basic_socket : protected detail::socket_guard<IoObject>, public boost::asio::socket_base {
    using guard = detail::socket_guard<IoObject>;
    using error_code = boost::system::error_code;
    using location = std::source_location;
    using default_token =
        typename boost::asio::default_completion_token<typename IoObject::executor_type>::type;

public:
    // The types of the Asio class.
    using executor_type = typename IoObject::executor_type;
    using protocol_type = typename IoObject::protocol_type;
    using endpoint_type = typename IoObject::endpoint_type;
    using native_handle_type = typename IoObject::native_handle_type;
    // Those of the descriptor: a socket converts to borrowed_descriptor.
    using traits_type = descriptor_traits;

    basic_socket(basic_socket const&) = delete;
    basic_socket& operator=(basic_socket const&) = delete;

    // Returns: Asio's own object, for what has no member here.
    // Requires: the caller does not open, assign, close, release or move from the object, nor close
    //   its descriptor.
    IoObject& asio_socket() noexcept { return this->io_object(); }
    // Effects: hands Asio's object over, open; *this is closed and can be opened again. The
    //   cleanups are dropped: their arguments are destroyed, they count as stopped; so are the
    //   runner and a deferred close. Pending operations of a socket go on, those of an acceptor are
    //   cancelled. If *this is closed, the result is closed.
    [[nodiscard]] IoObject release_asio_socket() {
        IoObject handed_over =
            this->guard_.release_by([](auto& from) { return IoObject(from.take_inner()); });
        detail::unguard_if_standard_error(handed_over.native_handle());
        return handed_over;
    }

    // Returns: the executor of the operations.
    executor_type get_executor() const noexcept {
        return const_cast<IoObject&>(this->io_object()).get_executor();
    }
    // Returns: the descriptor, -1 if closed. It stays owned: do not close it.
    native_handle_type native_handle() const noexcept { return this->guard_.resource().native(); }
    // Returns: whether *this owns an open socket, connected or not. operator bool is the same.
    bool is_open() const noexcept { return this->guard_.is_open(); }
    explicit operator bool() const noexcept { return is_open(); }

    // Effects: opens a socket that is close-on-exec from birth.
    // Errors: asio::error::already_open; too_many_files_open and what else socket(2) names.
    void open(protocol_type const& protocol = protocol_type(),
              location where = location::current()) {
        error_code ec;
        open(protocol, ec, where);
        this->check(ec, "open");
    }
    error_code open(protocol_type const& protocol, error_code& ec,
                    location where = location::current()) {
        if (is_open()) {
            return ec = boost::asio::error::already_open;
        }
        detail::fresh_handle fresh =
            detail::open_socket(protocol.family(), protocol.type(), protocol.protocol(), ec);
        return ec.failed() ? ec : this->own(protocol, std::move(fresh), ec, where);
    }

    // Effects: *this takes over the open socket h, which is made close-on-exec and registered with
    //   the reactor.
    // Requires: no other object owns h, and no reactor knows it.
    // Errors: asio::error::already_open if *this is open; errc::not_a_socket;
    //   errc::wrong_protocol_type if h is of another type (a datagram socket) or address family
    //   (IPv4 and IPv6 count as one), or listens and *this is not an acceptor;
    //   bad_file_descriptor. h stays the caller's then, but may have become close-on-exec.
    void assign(protocol_type const& protocol, native_handle_type h,
                location where = location::current()) {
        error_code ec;
        assign(protocol, h, ec, where);
        if (ec.failed()) {
            detail::throw_system_error(
                ec, "assign",
                is_open() ? this->label()
                          : resource::kind + (", " + detail::describe_descriptor(h)));
        }
    }
    error_code assign(protocol_type const& protocol, native_handle_type h, error_code& ec,
                      location where = location::current()) {
        if (is_open()) {
            return ec = boost::asio::error::already_open;
        }
        detail::check_socket(h, protocol.family(), protocol.type(), resource::may_listen, ec);
        if (!ec.failed()) {
            detail::set_close_on_exec(h, ec);
        }
        return ec.failed() ? ec : this->adopt(protocol, h, ec, where);
    }

    // Effects: cancels the pending operations (their handlers are called later, through their
    //   executors) and closes on this thread, also with defer_close; this may wait as SO_LINGER
    //   says (socket(7)). Then the cleanups run, on the owner's runner if it has one. *this is
    //   closed when an error is reported, too: there is nothing to be tried again. Nothing happens
    //   if *this is closed already.
    // Errors: what close(2) says, which is nothing about data that could not be sent: only an
    //   answer of the peer proves that it was. what() names the kind of socket; with the leak check
    //   on also its name in reports: the address of the peer, or an acceptor's own, or the name
    //   that leak_check::set_name gave it.
    void close() {
        detail::track::opening opened;
        if (error_code const ec = this->guard_.close(opened); ec.failed()) {
            std::string const name(opened.name());
            detail::throw_system_error(
                ec, "close", name.empty() ? resource::kind : resource::kind + (" " + name));
        }
    }
    error_code close(error_code& ec) noexcept { return ec = this->guard_.close(); }

    // Effects: as the destructor: cancels the pending operations and closes without waiting, or
    //   leaves the close to the owner's runner (defer_close); then the cleanups run. *this is
    //   closed and can be opened again. Nothing happens if *this is closed already.
    // Errors: an error of the close goes to the failure handler. errno is kept.
    void reset() noexcept { this->guard_.end(); }

    // Effects: gives the descriptor up, open; *this is closed and can be opened again. Pending
    //   operations are cancelled. The cleanups are dropped: their arguments are destroyed, they
    //   count as stopped.
    // Returns: the descriptor, the caller's to close; -1 with an error.
    // Errors: bad_descriptor if *this is closed.
    [[nodiscard]] native_handle_type release() {
        error_code ec;
        native_handle_type const h = release(ec);
        this->check(ec, "release");
        return h;
    }
    [[nodiscard]] native_handle_type release(error_code& ec) {
        if (!is_open()) {
            ec = boost::asio::error::bad_descriptor;
            return native_handle();
        }
        native_handle_type const h =
            this->guard_.release_by([&](auto& from) { return from.release(ec); });
        detail::unguard_if_standard_error(h);
        return h;
    }

    // Effects: exchanges sockets, pending operations, cleanups, runners, deferred closes and
    //   executors.
    // Requires: no handler of a pending operation has a cancellation slot: Asio's slots point into
    //   the socket.
    void swap(basic_socket& other) noexcept { this->guard_.swap(other.guard_); }
    friend void swap(basic_socket& a, basic_socket& b) noexcept { a.swap(b); }

    // Effects: gives the socket its own address. A local socket takes a path, too, and makes a file
    //   there.
    // Errors: address_in_use, address_not_available, permission_denied and what else bind(2) names;
    //   filename_too_long for a path above 107 bytes (unix(7)); error::nul_in_path for one with a
    //   NUL after its first byte, unless that is a NUL, too. what() names the address.
    void bind(endpoint_type const& endpoint) {
        error_code ec;
        bind(endpoint, ec);
        if (ec.failed()) {
            detail::throw_system_error(ec, "bind", detail::endpoint_text(endpoint));
        }
    }
    error_code bind(endpoint_type const& endpoint, error_code& ec) {
        this->io_object().bind(endpoint, ec);
        return this->notify_use(ec, "bind");
    }
    template <detail::path_of<endpoint_type> Path>
    void bind(Path const& path) {
        bind(detail::endpoint_at<endpoint_type>(path, "bind"));
    }
    template <detail::path_of<endpoint_type> Path>
    error_code bind(Path const& path, error_code& ec) {
        endpoint_type const endpoint = detail::endpoint_at<endpoint_type>(path, ec);
        return ec.failed() ? ec : bind(endpoint, ec);
    }

    // Effects: pending operations complete with operation_aborted. Their handlers are called later,
    //   through their executors. The socket stays open.
    // Errors: bad_descriptor if *this is closed.
    void cancel() {
        error_code ec;
        cancel(ec);
        this->check(ec, "cancel");
    }
    error_code cancel(error_code& ec) {
        this->guard_.resource().cancel(ec);
        return this->notify_use(ec, "cancel");
    }

    // Options and modes: as boost::asio::basic_socket.
    // Requires: the functions of an option or command do not use the socket.
    template <class Option>
    void set_option(Option const& option) {
        error_code ec;
        set_option(option, ec);
        this->check(ec, "set_option");
    }
    template <class Option>
    error_code set_option(Option const& option, error_code& ec) {
        [[maybe_unused]] auto const pause = this->guard_.resource().pause_accepts();
        this->io_object().set_option(option, ec);
        return this->notify_use(ec, "set_option");
    }
    template <class Option>
    void get_option(Option& option) const {
        error_code ec;
        get_option(option, ec);
        this->check(ec, "get_option");
    }
    template <class Option>
    error_code get_option(Option& option, error_code& ec) const {
        this->io_object().get_option(option, ec);
        return this->notify_use(ec, "get_option");
    }
    template <class Command>
    void io_control(Command& command) {
        error_code ec;
        io_control(command, ec);
        this->check(ec, "io_control");
    }
    template <class Command>
    error_code io_control(Command& command, error_code& ec) {
        // Its functions are the user's: they are called before the pause.
        called_command called{static_cast<int>(command.name()), command.data()};
        [[maybe_unused]] auto const pause = this->guard_.resource().pause_accepts();
        this->io_object().io_control(called, ec);
        return this->notify_use(ec, "io_control");
    }
    bool non_blocking() const noexcept { return this->io_object().non_blocking(); }
    void non_blocking(bool mode) {
        error_code ec;
        non_blocking(mode, ec);
        this->check(ec, "non_blocking");
    }
    error_code non_blocking(bool mode, error_code& ec) {
        [[maybe_unused]] auto const pause = this->guard_.resource().pause_accepts();
        this->guard_.resource().set_non_blocking(mode, ec);
        return this->notify_use(ec, "non_blocking");
    }
    bool native_non_blocking() const noexcept { return this->io_object().native_non_blocking(); }
    void native_non_blocking(bool mode) {
        error_code ec;
        native_non_blocking(mode, ec);
        this->check(ec, "native_non_blocking");
    }
    error_code native_non_blocking(bool mode, error_code& ec) {
        [[maybe_unused]] auto const pause = this->guard_.resource().pause_accepts();
        this->io_object().native_non_blocking(mode, ec);
        return this->notify_use(ec, "native_non_blocking");
    }

    // Returns: the socket's own address. A local one that is bound to no path has an empty path.
    endpoint_type local_endpoint() const {
        error_code ec;
        endpoint_type const endpoint = local_endpoint(ec);
        this->check(ec, "local_endpoint");
        return endpoint;
    }
    endpoint_type local_endpoint(error_code& ec) const {
        endpoint_type const endpoint = this->address_of(detail::socket_end::own, ec);
        this->notify_use(ec, "local_endpoint");
        return endpoint;
    }

    // Effects: waits until the socket can be read from or written to, or has an error. An acceptor
    //   can be read from when a connection can be accepted.
    // Errors: would_block, at once, if it is not ready and non_blocking().
    void wait(wait_type what) {
        error_code ec;
        wait(what, ec);
        this->check(ec, "wait");
    }
    error_code wait(wait_type what, error_code& ec) {
        do {
            this->io_object().wait(what, ec);
        } while (detail::interrupted(ec));
        return this->notify_use(ec, "wait");
    }
    // The same, asynchronously, also with non_blocking(); the completion signature is
    // void(error_code).
    // Errors: operation_aborted when the socket is closed, destroyed or cancelled.
    // Allocates: as Asio, with the handler's allocator.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code))
                  Token = default_token>
    auto async_wait(wait_type what, Token&& token = Token()) {
        return boost::asio::async_initiate<Token, void(error_code)>(start_wait{{this}}, token,
                                                                    what);
    }

    friend detail::owner_view handrail_owner(basic_socket& socket) noexcept {
        return socket.guard_.view(sizeof(basic_socket));
    }

protected:
    // Effects: *this is closed.
    template <class Executor>
        requires std::constructible_from<IoObject, Executor>
    explicit basic_socket(Executor&& executor_or_context)
        : guard(std::forward<Executor>(executor_or_context)) {}
    // Effects: takes over another socket of this library, or one of Asio's.
    template <class Other>
    explicit basic_socket(basic_socket<Other>&& other)
        : guard(static_cast<detail::socket_guard<Other>&&>(other)) {}
    template <class Other>
    basic_socket(Other&& unguarded, location where) : guard(std::move(unguarded), where) {}
    basic_socket(basic_socket&&) noexcept = default;
    basic_socket& operator=(basic_socket&&) noexcept = default;
    ~basic_socket() = default;

private:
    template <class>
    friend class basic_socket;
    friend struct detail::socket_access;
    using resource = typename guard::resource_type;

    // What the functions of an io_control command have returned, as a command.
    struct called_command {
        int code;
        void* argument;

        int name() const noexcept { return code; }
        void* data() const noexcept { return argument; }
    };

    struct start_wait : detail::initiation<basic_socket> {
        template <class Handler>
        void operator()(Handler&& handler, wait_type what) const {
            this->socket->check_open("async_wait");
            this->socket->io_object().async_wait(what, std::forward<Handler>(handler));
        }
    };
};

}  // namespace handrail
