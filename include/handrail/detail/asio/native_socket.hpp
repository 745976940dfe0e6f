// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What sockets need of the port: the system calls that Boost.Asio would make without close-on-exec,
// and descriptors that no guard owns yet, or any more.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/base/native_handle.hpp>
#include <handrail/detail/base/socket_end.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace handrail::detail {

HANDRAIL_API void close_unguarded(native_handle h) noexcept;

// A descriptor that no guard owns yet. The destructor closes it.
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

// A socket that was released from its Asio object, and so from the reactor: its operations were
// cancelled, and nothing else refers to the descriptor.
class HANDRAIL_API detached_socket {
public:
    // error: why the socket could not be released; close returns it then.
    detached_socket(native_handle h, boost::system::error_code error) noexcept
        : handle_(error.failed() ? invalid_native_handle : h), error_(error) {}

    // Effects: closes; if SO_LINGER is set, waits until all data is sent or the time has passed.
    boost::system::error_code close() noexcept;
    // Effects: closes; unsent data is sent in the background, whatever SO_LINGER says.
    boost::system::error_code close_without_waiting() noexcept;

private:
    fresh_handle handle_;
    boost::system::error_code error_;
};

HANDRAIL_API fresh_handle open_socket(int family, int type, int protocol,
                                      boost::system::error_code& ec) noexcept;
HANDRAIL_API std::pair<fresh_handle, fresh_handle> open_socket_pair(
    int family, int type, int protocol, boost::system::error_code& ec) noexcept;
// What an accept does about connections that the client has aborted.
enum class aborted_connections { skipped, reported };
// Effects: takes one connection from the listener's queue. address receives the address of the
//   client; size is its capacity before the call and its length after it.
// Returns: the connection's descriptor.
// Errors: would_block if the queue is empty and the listener is non-blocking; connection_aborted
//   and protocol_error only if such connections are reported.
HANDRAIL_API fresh_handle accept_socket(native_handle listener, void* address, std::size_t& size,
                                        aborted_connections aborted,
                                        boost::system::error_code& ec) noexcept;
// Effects: waits for the end of a connect that a signal interrupted.
// Errors: not_connected if the connect must be made again.
HANDRAIL_API void finish_connecting(native_handle h, boost::system::error_code& ec) noexcept;
// Returns: whether h has a peer, or an attempt to connect it is in progress (not seen on systems
//   other than Linux).
HANDRAIL_API bool connection_begun(native_handle h) noexcept;
// A call that a signal interrupted has done nothing and is made again, whether or not the handler
// was installed with SA_RESTART.
inline bool interrupted(boost::system::error_code const& ec) noexcept {
    return ec.failed() && ec == boost::system::errc::interrupted;
}
// Asio takes a non-blocking connect of a local socket for a success when the listener's queue is
// full (connect(2), EAGAIN).
// Effects: of a local socket, makes such a success the error try_again.
HANDRAIL_API void require_local_peer(native_handle h, int family,
                                     boost::system::error_code& ec) noexcept;
HANDRAIL_API void set_close_on_exec(native_handle h, boost::system::error_code& ec) noexcept;
// address, size: as for accept_socket.
HANDRAIL_API void address_of_socket(native_handle h, socket_end which, void* address,
                                    std::size_t& size, boost::system::error_code& ec) noexcept;

// Errors: not_a_socket; wrong_protocol_type for a socket of another type or family (the two of the
//   internet are one), and for a listening one where that may not be.
HANDRAIL_API void check_socket(native_handle h, int family, int type, bool may_listen,
                               boost::system::error_code& ec) noexcept;
// Returns: "descriptor 7 (a listening socket)", for messages about one that failed that check.
HANDRAIL_API std::string describe_descriptor(native_handle h);

// Returns: the address of this or the other end. (Asio's own functions, also those with an
//   error_code, throw if a local path has no terminator.)
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

// A connection that was taken from an acceptor's queue. accept(2) returned the remote endpoint
// together with the socket; the system may not know it later, because the client may have closed.
template <class Endpoint>
struct connection {
    fresh_handle socket;
    Endpoint remote_endpoint;
};

}  // namespace handrail::detail
