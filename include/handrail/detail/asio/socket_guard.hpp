// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// socket_guard: a guarded Asio I/O object, and what every operation of a socket needs: how the I/O
// object gets its descriptor, and how errors are named and reported. The public interface is
// basic_socket's.
//
// The I/O object is the guarded resource itself. It releases its descriptor before that is closed,
// so that nobody closes a descriptor behind the reactor.
//
// Thread safety: as the I/O object.

#pragma once

#include <handrail/detail/asio/endpoint_text.hpp>
#include <handrail/detail/asio/namespaces.hpp>
#include <handrail/detail/asio/native_socket.hpp>
#include <handrail/detail/asio/socket_access.hpp>
#include <handrail/detail/asio/socket_resource.hpp>
#include <handrail/detail/base/standard_error.hpp>
#include <handrail/detail/base/throw.hpp>
#include <handrail/detail/core/guarded.hpp>

#include <concepts>
#include <source_location>
#include <string>
#include <utility>

namespace handrail::detail {

template <class IoObject>
class socket_guard {
protected:
    using resource_type = typename resource_of<IoObject>::type;
    using protocol_type = typename IoObject::protocol_type;
    using endpoint_type = typename IoObject::endpoint_type;
    using native_handle_type = typename IoObject::native_handle_type;

    template <class Executor>
        requires std::constructible_from<IoObject, Executor>
    explicit socket_guard(Executor&& executor_or_context)
        : guard_(resource_type(IoObject(std::forward<Executor>(executor_or_context)))) {}
    // Effects: takes over from a guard of another type of I/O object.
    template <class Other>
    explicit socket_guard(socket_guard<Other>&& other) : guard_(std::move(other.guard_)) {}
    // Effects: takes over an unguarded I/O object; its descriptor is made close-on-exec.
    // Errors: throws when that fails; the I/O object stays the caller's then.
    template <class Other>
    socket_guard(Other&& unguarded, std::source_location where)
        : guard_(resource_type(IoObject(with_close_on_exec(unguarded)))) {
        if (guard_.is_open()) {
            guard_if_standard_error(guard_.resource().native());
            guard_.own_in_place({}, where);
            name_from_system();
        }
    }
    socket_guard(socket_guard&&) noexcept = default;
    socket_guard& operator=(socket_guard&&) noexcept = default;
    ~socket_guard() = default;

    IoObject& io_object() noexcept { return guard_.resource().inner(); }
    IoObject const& io_object() const noexcept { return guard_.resource().inner(); }

    // Effects: the I/O object owns the descriptor; if that fails, the descriptor is closed.
    // Errors: what Asio's assign reports; throws what it throws: std::bad_alloc.
    error_code own(protocol_type const& protocol, fresh_handle fresh, error_code& ec,
                   std::source_location where) {
        if (!try_own(protocol, fresh.get(), ec, where).failed()) {
            static_cast<void>(fresh.release());
        }
        return ec;
    }
    // The same with a descriptor of the caller's, whose it stays if that fails.
    error_code adopt(protocol_type const& protocol, native_handle_type h, error_code& ec,
                     std::source_location where) {
        if (!try_own(protocol, h, ec, where).failed()) {
            name_from_system();
        }
        return ec;
    }

    // Effects: fresh replaces the guarded descriptor, which is closed; the cleanups stay. Nothing
    //   changes if that fails.
    error_code replace(protocol_type const& protocol, fresh_handle fresh, error_code& ec,
                       std::source_location where) {
        if (!guard_.is_open()) {
            return own(protocol, std::move(fresh), ec, where);
        }
        IoObject other(io_object().get_executor());
        if (other.assign(protocol, fresh.get(), ec); ec.failed()) {
            return ec;
        }
        static_cast<void>(fresh.release());
        track::handle_description const what = guard_.description();
        track::opening const opened = guard_.opening();
        guard_.notify_replacing();
        error_code const closing =
            guard_.notify_if_found_closed(guard_.resource().close_without_waiting(), what, opened);
        io_object() = std::move(other);
        guard_.notify_opened({}, where);
        if (closing.failed()) {  // last: the handler may use the socket
            report_close_failure(closing, what, opened, {});
        }
        return ec;
    }

    // Effects: reports a use after close if ec is set and the socket is closed. Returns: ec.
    error_code const& notify_use(error_code const& ec, char const* operation) const noexcept {
        guard_.notify_use(ec, operation);
        return ec;
    }
    // Effects: the same for an asynchronous operation that starts.
    void check_open(char const* operation) const noexcept {
        if (!guard_.is_open()) [[unlikely]] {
            notify_use(asio::error::bad_descriptor, operation);
        }
    }
    // Errors: throws a system_error that names the operation and the socket if ec is set.
    void check(error_code const& ec, char const* operation) const {
        if (ec.failed()) [[unlikely]] {
            throw_system_error(ec, operation, label());
        }
    }

    // Returns: "tcp socket 127.0.0.1:80 to 127.0.0.1:54321"; without the addresses that are not
    //   known.
    std::string label() const {
        std::string text = resource_type::kind;
        append_address(text, " ", socket_end::own);
        append_address(text, " to ", socket_end::other);
        return text;
    }
    endpoint_type address_of(socket_end which, error_code& ec) const {
        auto const h = guard_.resource().native();
        return endpoint_of<endpoint_type>(h, which, ec);
    }

    // The names that reports show with the leak check on, unless the program gave another one:
    // "from 127.0.0.1:54321" for an accepted connection; "to 127.0.0.1:80" from the beginning of an
    // attempt to connect, and also when it has failed; and what the system knows of a socket that
    // came from elsewhere: "with 127.0.0.1:80" for a connection, an acceptor's own address.
    void name_accepted(endpoint_type const& from) noexcept {
        name_if_checked([&] { return name_text("from ", from); });
    }
    // Not if the socket has a peer or is being connected: the system will refuse the attempt.
    void name_attempt(endpoint_type const& to) noexcept {
        if (leak_check_on() && !connection_begun(guard_.resource().native())) [[unlikely]] {
            name_if_checked([&] { return name_text("to ", to); });
        }
    }
    void name_from_system() noexcept {
        name_if_checked([this] {
            constexpr bool listener = resource_type::may_listen;
            error_code unknown;
            endpoint_type const known =
                address_of(listener ? socket_end::own : socket_end::other, unknown);
            return unknown.failed() ? std::string() : name_text(listener ? "" : "with ", known);
        });
    }

    guarded<resource_type> guard_;

private:
    template <class>
    friend class socket_guard;

    error_code try_own(protocol_type const& protocol, native_handle_type h, error_code& ec,
                       std::source_location where) {
        io_object().assign(protocol, h, ec);
        if (!ec.failed()) {
            guard_if_standard_error(h);
            guard_.own_in_place({}, where);
        }
        return ec;
    }

    template <class Make>
    void name_if_checked(Make make) noexcept {
        if (leak_check_on()) [[unlikely]] {
            try {
                track::the_observer().handle_named(&guard_, make());
            } catch (...) {
                // Out of memory: a socket without a name is better than an operation that fails.
            }
        }
    }
    // Most peers of local sockets are bound to no path.
    static std::string name_text(char const* direction, endpoint_type const& endpoint) {
        std::string const address = endpoint_text(endpoint);
        return address.empty() ? address : direction + address;
    }

    template <class Other>
    static Other&& with_close_on_exec(Other& unguarded) {
        if (unguarded.is_open()) {
            error_code ec;
            set_close_on_exec(unguarded.native_handle(), ec);
            throw_on_error(ec, "assign", resource_type::kind);
        }
        return std::move(unguarded);
    }

    // Appends nothing for an address that is not known or has no text.
    void append_address(std::string& text, char const* before, socket_end which) const {
        error_code ec;
        endpoint_type const endpoint = address_of(which, ec);
        if (std::string const address = endpoint_text(endpoint); !ec.failed() && !address.empty()) {
            text += before + address;
        }
    }
};

}  // namespace handrail::detail
