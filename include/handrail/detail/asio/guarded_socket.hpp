// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What stream_socket and acceptor share: an Asio I/O object under guard. The I/O object itself is
// the resource: it lets its descriptor go before that is closed, so that nobody closes one behind
// the reactor.
//
// Resource holds a basic_stream_socket or basic_socket_acceptor, and is what guarded<> asks for.

#pragma once

#include <handrail/detail/asio/endpoint_text.hpp>
#include <handrail/detail/asio/executors.hpp>
#include <handrail/detail/asio/initiation.hpp>
#include <handrail/detail/asio/local_path.hpp>
#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/base/throw.hpp>
#include <handrail/detail/core/guarded.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace handrail::detail {

namespace asio = boost::asio;
using boost::system::error_code;

// A call that a signal interrupted has done nothing and is made again, whether or not the handler
// was installed with SA_RESTART.
inline bool interrupted(error_code const& ec) noexcept {
    return ec.failed() && ec == asio::error::interrupted;
}

template <class Resource>
class guarded_socket : public asio::socket_base {
public:
    using inner_type = typename Resource::inner_type;
    using executor_type = typename inner_type::executor_type;
    using protocol_type = typename inner_type::protocol_type;
    using endpoint_type = typename inner_type::endpoint_type;
    using native_handle_type = typename inner_type::native_handle_type;

    guarded_socket(guarded_socket const&) = delete;
    guarded_socket& operator=(guarded_socket const&) = delete;
    guarded_socket(guarded_socket&&) noexcept = default;
    guarded_socket& operator=(guarded_socket&&) noexcept = default;

    // The guarded Asio object, for what is missing here. Do not open, assign, close or release it.
    inner_type& asio_socket() noexcept { return guard_.resource().inner(); }
    // Effects: hands the Asio object over, open; the cleanups are dropped. The pending operations
    //   of a socket go on, those of an acceptor are cancelled. *this is closed then.
    [[nodiscard]] inner_type release_asio_socket() {
        Resource released = guard_.release();
        inner_type handed_over(released.surrender());
        guard_.resource() = std::move(released);
        note_handed_over(handed_over.native_handle());
        return handed_over;
    }

    executor_type get_executor() noexcept { return inner().get_executor(); }
    native_handle_type native_handle() const noexcept {
        // Asio's function only reads, but is not declared const.
        return const_cast<inner_type&>(inner()).native_handle();
    }
    bool is_open() const noexcept { return guard_.is_open(); }
    explicit operator bool() const noexcept { return is_open(); }

    // Effects: opens a socket, close-on-exec. Errors: asio::error::already_open; what the system
    //   says.
    void open(protocol_type const& protocol = protocol_type(),
              std::source_location where = std::source_location::current()) {
        error_code ec;
        open(protocol, ec, where);
        check(ec, "open");
    }
    error_code open(protocol_type const& protocol, error_code& ec,
                    std::source_location where = std::source_location::current()) {
        if (is_open()) {
            return ec = asio::error::already_open;
        }
        fresh_handle fresh =
            open_socket(protocol.family(), protocol.type(), protocol.protocol(), ec);
        return ec.failed() ? ec : own(protocol, std::move(fresh), ec, where);
    }

    // Effects: takes over an open socket; it is made close-on-exec. On an error it stays the
    //   caller's.
    // Errors: asio::error::already_open; errc::not_a_socket; errc::wrong_protocol_type for a socket
    //   of another type (a datagram socket) or address family (IPv4 and IPv6 are one here), or,
    //   unless *this is an acceptor, for a listening one; bad_file_descriptor.
    void assign(protocol_type const& protocol, native_handle_type h,
                std::source_location where = std::source_location::current()) {
        error_code ec;
        assign(protocol, h, ec, where);
        if (ec.failed()) {
            throw_system_error(
                ec, "assign",
                is_open() ? label() : Resource::kind + (", " + describe_descriptor(h)));
        }
    }
    error_code assign(protocol_type const& protocol, native_handle_type h, error_code& ec,
                      std::source_location where = std::source_location::current()) {
        if (is_open()) {
            return ec = asio::error::already_open;
        }
        check_socket(h, protocol.family(), protocol.type(), Resource::may_listen, ec);
        if (!ec.failed()) {
            set_close_on_exec(h, ec);
        }
        if (!ec.failed() && !take(protocol, h, ec, where).failed()) {
            note_taken_over(h);
        }
        return ec;
    }

    // Effects: closes here; pending operations are cancelled, the cleanups run. Closed: nothing.
    void close() {
        error_code ec;
        close(ec);
        check(ec, "close");
    }
    error_code close(error_code& ec) { return ec = guard_.close(); }

    // Effects: hands the native socket over unclosed, pending operations are cancelled, the
    //   cleanups are dropped.
    native_handle_type release() {
        error_code ec;
        native_handle_type const h = release(ec);
        check(ec, "release");
        return h;
    }
    native_handle_type release(error_code& ec) {
        if (!is_open()) {
            ec = asio::error::bad_descriptor;
            return inner().native_handle();
        }
        // The guard lets go first; then the Asio object does. It goes back, to be used again.
        Resource released = guard_.release();
        native_handle_type const h = released.release(ec);
        guard_.resource() = std::move(released);
        note_handed_over(h);
        return h;
    }

    // Effects: gives the socket its address. Local sockets may be bound to a path as it is: one
    //   that is too long is then an error like others. Errors: what() names the endpoint.
    template <path_of<endpoint_type> Path>
    void bind(Path const& path) {
        bind(endpoint_at<endpoint_type>(path, "bind"));
    }
    template <path_of<endpoint_type> Path>
    error_code bind(Path const& path, error_code& ec) {
        endpoint_type const endpoint = endpoint_at<endpoint_type>(path, ec);
        return ec.failed() ? ec : bind(endpoint, ec);
    }
    void bind(endpoint_type const& endpoint) {
        error_code ec;
        bind(endpoint, ec);
        if (ec.failed()) {
            throw_system_error(ec, "bind", endpoint_text(endpoint));
        }
    }
    error_code bind(endpoint_type const& endpoint, error_code& ec) {
        inner().bind(endpoint, ec);
        return used(ec, "bind");
    }

    void cancel() {
        error_code ec;
        cancel(ec);
        check(ec, "cancel");
    }
    error_code cancel(error_code& ec) {
        guard_.resource().cancel(ec);
        return used(ec, "cancel");
    }

    template <class Option>
    void set_option(Option const& option) {
        error_code ec;
        set_option(option, ec);
        check(ec, "set_option");
    }
    template <class Option>
    error_code set_option(Option const& option, error_code& ec) {
        inner().set_option(option, ec);
        return used(ec, "set_option");
    }
    template <class Option>
    void get_option(Option& option) const {
        error_code ec;
        get_option(option, ec);
        check(ec, "get_option");
    }
    template <class Option>
    error_code get_option(Option& option, error_code& ec) const {
        inner().get_option(option, ec);
        return used(ec, "get_option");
    }
    template <class Command>
    void io_control(Command& command) {
        error_code ec;
        io_control(command, ec);
        check(ec, "io_control");
    }
    template <class Command>
    error_code io_control(Command& command, error_code& ec) {
        inner().io_control(command, ec);
        return used(ec, "io_control");
    }

    bool non_blocking() const noexcept { return inner().non_blocking(); }
    void non_blocking(bool mode) {
        error_code ec;
        non_blocking(mode, ec);
        check(ec, "non_blocking");
    }
    error_code non_blocking(bool mode, error_code& ec) {
        inner().non_blocking(mode, ec);
        return used(ec, "non_blocking");
    }
    bool native_non_blocking() const noexcept { return inner().native_non_blocking(); }
    void native_non_blocking(bool mode) {
        error_code ec;
        native_non_blocking(mode, ec);
        check(ec, "native_non_blocking");
    }
    error_code native_non_blocking(bool mode, error_code& ec) {
        inner().native_non_blocking(mode, ec);
        return used(ec, "native_non_blocking");
    }

    endpoint_type local_endpoint() const {
        error_code ec;
        endpoint_type const endpoint = local_endpoint(ec);
        check(ec, "local_endpoint");
        return endpoint;
    }
    endpoint_type local_endpoint(error_code& ec) const {
        endpoint_type const endpoint = address_of(socket_end::own, ec);
        used(ec, "local_endpoint");
        return endpoint;
    }

    void wait(asio::socket_base::wait_type what) {
        error_code ec;
        wait(what, ec);
        check(ec, "wait");
    }
    error_code wait(asio::socket_base::wait_type what, error_code& ec) {
        do {
            inner().wait(what, ec);
        } while (interrupted(ec));
        return used(ec, "wait");
    }
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  Token = typename asio::default_completion_token<executor_type>::type>
    auto async_wait(asio::socket_base::wait_type what, Token&& token = Token()) {
        return asio::async_initiate<Token, void(error_code)>(start_wait{{this}}, token, what);
    }

protected:
    template <class Executor>
        requires std::constructible_from<inner_type, Executor>
    explicit guarded_socket(Executor&& executor_or_context)
        : guard_(Resource(inner_type(std::forward<Executor>(executor_or_context)))) {}
    template <class Other>
    explicit guarded_socket(guarded_socket<Other>&& other) : guard_(std::move(other.guard_)) {}
    // Effects: takes over an Asio object; it is made close-on-exec. Throws when that fails; it
    //   stays the caller's then.
    template <class Other>
    guarded_socket(Other&& unguarded, std::source_location where)
        : guard_(Resource(inner_type(close_on_exec(unguarded)))) {
        if (is_open()) {
            guard_.note_opened({}, where);
            note_taken_over(native_handle());
        }
    }
    ~guarded_socket() = default;

    inner_type& inner() noexcept { return guard_.resource().inner(); }
    inner_type const& inner() const noexcept { return guard_.resource().inner(); }

    // Effects: the descriptor joins the Asio object, or is closed when that fails. Throws what
    //   Asio's assign throws: std::bad_alloc.
    error_code own(protocol_type const& protocol, fresh_handle fresh, error_code& ec,
                   std::source_location where) {
        if (!take(protocol, fresh.get(), ec, where).failed()) {
            static_cast<void>(fresh.release());
        }
        return ec;
    }
    error_code take(protocol_type const& protocol, native_handle_type h, error_code& ec,
                    std::source_location where) {
        inner().assign(protocol, h, ec);
        if (!ec.failed()) {
            guard_.note_opened({}, where);
        }
        return ec;
    }

    // Effects: fresh takes the place of the descriptor under the guard, which is closed; the
    //   cleanups stay. Nothing has changed when it fails.
    error_code replace(protocol_type const& protocol, fresh_handle fresh, error_code& ec,
                       std::source_location where) {
        if (!is_open()) {
            return own(protocol, std::move(fresh), ec, where);
        }
        inner_type other(get_executor());
        if (other.assign(protocol, fresh.get(), ec); ec.failed()) {
            return ec;
        }
        static_cast<void>(fresh.release());
        track::resource const what = guard_.description();
        guard_.note_closing();
        if (error_code const closing = guard_.resource().close(); closing.failed()) {
            report_close_failure(closing, what, &guard_);
        }
        inner() = std::move(other);
        guard_.note_reopened({}, where);
        return ec;
    }

    error_code const& used(error_code const& ec, char const* operation) const noexcept {
        if (ec.failed() && tracking() && !is_open()) [[unlikely]] {
            track::handle_used_empty(&guard_, Resource::kind, operation);
        }
        return ec;
    }
    // For an operation that starts.
    void check_open(char const* operation) const noexcept {
        if (!is_open()) [[unlikely]] {
            used(asio::error::bad_descriptor, operation);
        }
    }
    void check(error_code const& ec, char const* operation) const {
        if (ec.failed()) [[unlikely]] {
            throw_system_error(ec, operation, label());
        }
    }
    // "tcp socket 127.0.0.1:80 to 127.0.0.1:54321", as far as it is known.
    std::string label() const {
        std::string text = Resource::kind;
        append_address(text, " ", socket_end::own);
        append_address(text, " to ", socket_end::other);
        return text;
    }
    endpoint_type address_of(socket_end which, error_code& ec) const {
        auto const h = static_cast<native_handle_type>(guard_.resource().number());
        return endpoint_of<endpoint_type>(h, which, ec);
    }
    void name(std::string_view text) noexcept {
        if (tracking()) {
            track::name_handle(&guard_, text);
        }
    }

    guarded<Resource> guard_;

private:
    template <class>
    friend class guarded_socket;

    template <class Other>
    static Other&& close_on_exec(Other& unguarded) {
        if (unguarded.is_open()) {
            error_code ec;
            set_close_on_exec(unguarded.native_handle(), ec);
            throw_on_error(ec, "assign", Resource::kind);
        }
        return std::move(unguarded);
    }

    struct start_wait : initiation<guarded_socket> {
        template <class Handler>
        void operator()(Handler&& handler, asio::socket_base::wait_type what) const {
            this->io_object->check_open("async_wait");
            this->io_object->inner().async_wait(what, std::forward<Handler>(handler));
        }
    };
    // Nothing for what is not known, or has no name.
    void append_address(std::string& text, char const* before, socket_end which) const {
        error_code ec;
        endpoint_type const endpoint = address_of(which, ec);
        if (std::string const address = endpoint_text(endpoint); !ec.failed() && !address.empty()) {
            text += before + address;
        }
    }
};

}  // namespace handrail::detail
