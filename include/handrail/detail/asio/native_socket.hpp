// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What sockets need of the system, so that every descriptor is born close-on-exec: Boost.Asio opens
// and accepts without.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/base/native_handle.hpp>
#include <handrail/detail/base/socket_end.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace handrail::detail {

HANDRAIL_API void close_unguarded(native_handle h) noexcept;

// A descriptor on its way to its guard: closed if it does not get there.
class fresh_handle {
public:
    fresh_handle() noexcept = default;
    explicit fresh_handle(native_handle h) noexcept : handle_(h) {}
    fresh_handle(fresh_handle&& other) noexcept : handle_(other.release()) {}
    fresh_handle& operator=(fresh_handle&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~fresh_handle() {
        if (handle_ != invalid_native_handle) {
            close_unguarded(handle_);
        }
    }

    native_handle get() const noexcept { return handle_; }
    native_handle release() noexcept { return std::exchange(handle_, invalid_native_handle); }

private:
    native_handle handle_ = invalid_native_handle;
};

// A socket that has left its Asio object, and with it the reactor: the cancelled operations are on
// their way, and nothing but this knows the descriptor.
class HANDRAIL_API detached_socket {
public:
    // error: why the socket could not leave; it is what close returns then.
    detached_socket(native_handle h, boost::system::error_code error) noexcept
        : handle_(error.failed() ? invalid_native_handle : h), error_(error) {}

    // Effects: closes; with SO_LINGER set, waits until what is unsent is sent, or the time is up.
    boost::system::error_code close() noexcept;
    // Effects: closes; what is unsent is sent in the background, whatever SO_LINGER says.
    boost::system::error_code close_in_background() noexcept;

private:
    fresh_handle handle_;
    boost::system::error_code error_;
};

HANDRAIL_API fresh_handle open_socket(int family, int type, int protocol,
                                      boost::system::error_code& ec) noexcept;
HANDRAIL_API std::pair<fresh_handle, fresh_handle> open_socket_pair(
    int family, int type, int protocol, boost::system::error_code& ec) noexcept;
// Takes one connection that waits; would_block when there is none and the listener does not block.
// address receives the other side's; size, its capacity, becomes its length.
HANDRAIL_API fresh_handle accept_socket(native_handle listener, void* address, std::size_t& size,
                                        boost::system::error_code& ec) noexcept;
// Waits for the end of a connect that a signal interrupted; not_connected: it is to be made again.
HANDRAIL_API void finish_connecting(native_handle h, boost::system::error_code& ec) noexcept;
HANDRAIL_API void set_close_on_exec(native_handle h, boost::system::error_code& ec) noexcept;
// As accept_socket does with address and size.
HANDRAIL_API void address_of_socket(native_handle h, socket_end which, void* address,
                                    std::size_t& size, boost::system::error_code& ec) noexcept;

// Errors: not_a_socket; wrong_protocol_type for a socket of another type or family (the two of the
//   internet are one), and for a listening one where that may not be.
HANDRAIL_API void check_socket(native_handle h, int family, int type, bool may_listen,
                               boost::system::error_code& ec) noexcept;
// Returns: "descriptor 7 (a listening socket)", for the message about one that failed that check.
HANDRAIL_API std::string describe_descriptor(native_handle h);

// Returns: the address of an end. Asio's own functions throw for a local path without a terminator,
// also those with an error_code.
template <class Endpoint>
Endpoint endpoint_of(native_handle h, socket_end which, boost::system::error_code& ec) {
    Endpoint endpoint;
    std::size_t size = endpoint.capacity();
    address_of_socket(h, which, endpoint.data(), size, ec);
    if (!ec.failed()) {
        endpoint.resize(size);
    }
    return endpoint;
}

// A connection that was taken from an acceptor's queue, and the address that came with it: it
// cannot be asked for later, the other side may be gone again.
template <class Endpoint>
struct connection {
    fresh_handle socket;
    Endpoint peer;
};

template <class Endpoint>
connection<Endpoint> take_connection(native_handle listener, boost::system::error_code& ec) {
    connection<Endpoint> taken;
    std::size_t size = taken.peer.capacity();
    taken.socket = accept_socket(listener, taken.peer.data(), size, ec);
    if (!ec.failed()) {
        taken.peer.resize(size);
    }
    return taken;
}

}  // namespace handrail::detail
