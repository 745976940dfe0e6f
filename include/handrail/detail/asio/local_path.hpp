// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Endpoints of local sockets from paths. If a path is too long, the constructor of Asio's endpoint
// throws an error that does not name it; functions with an error_code must not throw. A path is not
// cut short at a NUL.

#pragma once

#include <handrail/detail/base/throw.hpp>
#include <handrail/error.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace handrail::detail {

template <class Path, class Endpoint>
concept path_of = std::convertible_to<Path const&, std::string_view> &&
                  std::constructible_from<Endpoint, std::string> &&
                  requires(Endpoint const& endpoint) { endpoint.path(); };

// An endpoint of IP, which is never that of a local socket.
template <class Endpoint>
concept internet_endpoint = requires(Endpoint const& endpoint) { endpoint.address(); };

template <class Endpoint>
Endpoint endpoint_at(std::string_view path, boost::system::error_code& ec) {
    ec.clear();
    // A name that begins with a NUL is an abstract one (unix(7)).
    if (path.find('\0', 1) != path.npos && path.front() != '\0') {
        ec = error::nul_in_path;
        return {};
    }
    try {
        return Endpoint(std::string(path));
    } catch (boost::system::system_error const& too_long) {
        ec = too_long.code();
        return {};
    }
}
template <class Endpoint>
Endpoint endpoint_at(std::string_view path, char const* operation) {
    boost::system::error_code ec;
    Endpoint const endpoint = endpoint_at<Endpoint>(path, ec);
    throw_on_error(ec, operation, path);
    return endpoint;
}

}  // namespace handrail::detail
