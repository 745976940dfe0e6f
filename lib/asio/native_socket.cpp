// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/native_socket.hpp>

#include "platform/port.hpp"

namespace handrail::detail {

native_handle open_socket(int family, int type, int protocol,
                          boost::system::error_code& ec) noexcept {
    return port::open_socket(family, type, protocol, ec);
}

std::pair<native_handle, native_handle> open_socket_pair(int family, int type, int protocol,
                                                         boost::system::error_code& ec) noexcept {
    auto const pair = port::open_socket_pair(family, type, protocol, ec);
    return {pair.first, pair.second};
}

// A connection that was gone before it was taken is not the caller's business: the next one is, as
// with Asio.
native_handle accept_socket(native_handle listener, boost::system::error_code& ec) noexcept {
    native_handle taken = invalid_native_handle;
    do {
        taken = port::accept_socket(listener, ec);
    } while (ec == boost::system::errc::connection_aborted ||
             ec == boost::system::errc::protocol_error);
    return taken;
}

void set_close_on_exec(native_handle h, boost::system::error_code& ec) noexcept {
    port::set_close_on_exec(h, ec);
}

void close_unguarded(native_handle h) noexcept { static_cast<void>(port::close_handle(h)); }

}  // namespace handrail::detail
