// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/asio/native_socket.hpp>

#include "platform/port.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/errc.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace handrail::detail {

using boost::system::error_code;

namespace {

bool is_internet(int family) noexcept {
    using boost::asio::ip::tcp;
    return family == tcp::v4().family() || family == tcp::v6().family();
}

// What accept(2) reports of a connection that the client aborted, depending on the protocol.
bool is_aborted_connection(error_code const& ec) noexcept {
    return ec == boost::system::errc::connection_aborted ||
           ec == boost::system::errc::protocol_error;
}

char const* kind_of(port::socket_facts const& facts) noexcept {
    using boost::asio::local::stream_protocol;
    if (facts.listens) {
        return "a listening socket";
    }
    if (facts.type != stream_protocol().type()) {
        return "not a stream socket";
    }
    if (facts.family == stream_protocol().family()) {
        return "a local socket";
    }
    return is_internet(facts.family) ? "an internet socket" : "a socket of another family";
}

}  // namespace

error_code detached_socket::close() noexcept {
    return error_.failed() ? error_ : port::close_handle(handle_.release());
}

error_code detached_socket::close_without_waiting() noexcept {
    port::linger_in_background(handle_.get());
    return close();
}

fresh_handle open_socket(int family, int type, int protocol, error_code& ec) noexcept {
    return fresh_handle(port::open_socket(family, type, protocol, ec));
}

std::pair<fresh_handle, fresh_handle> open_socket_pair(int family, int type, int protocol,
                                                       error_code& ec) noexcept {
    auto const pair = port::open_socket_pair(family, type, protocol, ec);
    return {fresh_handle(pair.first), fresh_handle(pair.second)};
}

fresh_handle accept_socket(native_handle listener, void* address, std::size_t& size,
                           aborted_connections aborted, error_code& ec) noexcept {
    std::size_t const capacity = size;
    native_handle taken = invalid_native_handle;
    do {
        size = capacity;
        taken = port::accept_socket(listener, address, size, ec);
    } while (aborted == aborted_connections::skipped && is_aborted_connection(ec));
    return fresh_handle(taken);
}

void finish_connecting(native_handle h, error_code& ec) noexcept { port::finish_connecting(h, ec); }

bool connection_begun(native_handle h) noexcept { return port::connection_begun(h); }

void require_local_peer(native_handle h, int family, error_code& ec) noexcept {
    if (ec.failed() || family != boost::asio::local::stream_protocol().family()) {
        return;
    }
    std::byte unused{};
    std::size_t size = sizeof unused;
    error_code peer;
    port::address_of_socket(h, socket_end::other, &unused, size, peer);
    if (peer == boost::system::errc::not_connected) {
        ec = boost::asio::error::try_again;
    }
}

void address_of_socket(native_handle h, socket_end which, void* address, std::size_t& size,
                       error_code& ec) noexcept {
    port::address_of_socket(h, which, address, size, ec);
}

void check_socket(native_handle h, int family, int type, bool may_listen, error_code& ec) noexcept {
    port::socket_facts const facts = port::facts_of_socket(h, ec);
    bool const same_family =
        facts.family == family || (is_internet(facts.family) && is_internet(family));
    if (!ec.failed() && (facts.type != type || !same_family || (facts.listens && !may_listen))) {
        ec = make_error_code(boost::system::errc::wrong_protocol_type);
    }
}

std::string describe_descriptor(native_handle h) {
    error_code ec;
    port::socket_facts const facts = port::facts_of_socket(h, ec);
    std::string const text = "descriptor " + std::to_string(h);
    return ec.failed() ? text : text + " (" + kind_of(facts) + ")";
}

void set_close_on_exec(native_handle h, error_code& ec) noexcept { port::set_close_on_exec(h, ec); }

void close_unguarded(native_handle h) noexcept { static_cast<void>(port::close_handle(h)); }

}  // namespace handrail::detail
