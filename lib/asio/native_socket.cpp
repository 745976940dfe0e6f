// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/native_socket.hpp>

#include "platform/port.hpp"

namespace handrail::detail {

using boost::system::error_code;

error_code detached_socket::close() noexcept {
    return error_.failed() ? error_ : port::close_handle(handle_.release());
}

error_code detached_socket::close_in_background() noexcept {
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

// A connection that was gone before it was taken is not the caller's business: the next one is, as
// with Asio.
fresh_handle accept_socket(native_handle listener, void* address, std::size_t& size,
                           error_code& ec) noexcept {
    std::size_t const capacity = size;
    native_handle taken = invalid_native_handle;
    do {
        size = capacity;
        taken = port::accept_socket(listener, address, size, ec);
    } while (ec == boost::system::errc::connection_aborted ||
             ec == boost::system::errc::protocol_error);
    return fresh_handle(taken);
}

void finish_connecting(native_handle h, error_code& ec) noexcept { port::finish_connecting(h, ec); }

void set_close_on_exec(native_handle h, error_code& ec) noexcept { port::set_close_on_exec(h, ec); }

void close_unguarded(native_handle h) noexcept { static_cast<void>(port::close_handle(h)); }

}  // namespace handrail::detail
