// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What sockets need of the system, so that every descriptor is born close-on-exec: Boost.Asio opens
// and accepts without.

#pragma once

#include <handrail/detail/export.hpp>
#include <handrail/detail/native_handle.hpp>

#include <boost/system/error_code.hpp>

#include <utility>

namespace handrail::detail {

HANDRAIL_API native_handle open_socket(int family, int type, int protocol,
                                       boost::system::error_code& ec) noexcept;
HANDRAIL_API std::pair<native_handle, native_handle> open_socket_pair(
    int family, int type, int protocol, boost::system::error_code& ec) noexcept;
// Takes one connection that waits; would_block when there is none and the listener does not block.
HANDRAIL_API native_handle accept_socket(native_handle listener,
                                         boost::system::error_code& ec) noexcept;
HANDRAIL_API void set_close_on_exec(native_handle h, boost::system::error_code& ec) noexcept;
HANDRAIL_API void close_unguarded(native_handle h) noexcept;

}  // namespace handrail::detail
