// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// socket_resource: an Asio socket as the resource of a guard.

#pragma once

#include <handrail/detail/asio/native_socket.hpp>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace boost::asio::ip {
class tcp;
}
namespace boost::asio::local {
class stream_protocol;
}

namespace handrail::detail {

template <class Protocol>
struct socket_kind {
    static constexpr char const* stream = "socket";
    static constexpr char const* listener = "acceptor";
};
template <>
struct socket_kind<boost::asio::ip::tcp> {
    static constexpr char const* stream = "tcp socket";
    static constexpr char const* listener = "tcp acceptor";
};
template <>
struct socket_kind<boost::asio::local::stream_protocol> {
    static constexpr char const* stream = "local socket";
    static constexpr char const* listener = "local acceptor";
};

// ::type is the resource of the guard of this Asio class.
//
// Requires of it, besides what resource.hpp does: inner() is Asio's socket; take_inner() the same,
//   to be moved from, whose operations are cancelled if they could not go along; release() and
//   cancel() as Asio's; pause_accepts() and set_non_blocking() as in acceptor_resource.hpp;
//   native(), the descriptor; may_listen, whether it may be a listening socket's.
template <class IoObject>
struct resource_of;

template <class Inner>
class socket_resource {
public:
    using inner_type = Inner;
    static constexpr char const* kind = socket_kind<typename Inner::protocol_type>::stream;
    static constexpr char const* domain = "fd";
    static constexpr bool may_listen = false;

    explicit socket_resource(Inner&& inner) noexcept : inner_(std::move(inner)) {}
    template <class Other>
    explicit socket_resource(socket_resource<Other>&& other) : inner_(std::move(other.inner())) {}

    bool is_open() const noexcept { return inner_.is_open(); }
    // Asio's native_handle() is not const, but changes nothing.
    native_handle native() const noexcept { return const_cast<Inner&>(inner_).native_handle(); }
    std::uint64_t number() const noexcept { return static_cast<std::uint64_t>(native()); }
    // Every close releases the descriptor from the Asio object first: a descriptor that the reactor
    // does not know needs no execution context, and its close is one system call, whose error is
    // reported.
    boost::system::error_code close() noexcept { return detach().close(); }
    boost::system::error_code close_without_waiting() noexcept {
        return detach().close_without_waiting();
    }
    detached_socket detach() noexcept {
        boost::system::error_code ec;
        native_handle const h = inner_.release(ec);
        return detached_socket(h, ec);
    }
    native_handle release(boost::system::error_code& ec) { return inner_.release(ec); }
    void cancel(boost::system::error_code& ec) { inner_.cancel(ec); }
    void set_non_blocking(bool mode, boost::system::error_code& ec) {
        inner_.non_blocking(mode, ec);
    }

    // Effects: none: only acceptors have operations that start waits on other threads.
    std::true_type pause_accepts() const noexcept { return {}; }

    Inner& inner() noexcept { return inner_; }
    Inner const& inner() const noexcept { return inner_; }
    // Returns: the socket, to be moved from.
    Inner&& take_inner() noexcept { return std::move(inner_); }

private:
    Inner inner_;
};

template <class Protocol, class Executor>
struct resource_of<boost::asio::basic_stream_socket<Protocol, Executor>> {
    using type = socket_resource<boost::asio::basic_stream_socket<Protocol, Executor>>;
};

}  // namespace handrail::detail
