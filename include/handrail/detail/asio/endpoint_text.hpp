// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Endpoints in error messages and reports: "127.0.0.1:80", "[::1]:80", "/run/app.sock".

#pragma once

#include <string>

namespace handrail::detail {

template <class Endpoint>
std::string endpoint_text(Endpoint const& endpoint) {
    if constexpr (requires { endpoint.path(); }) {
        return endpoint.path();
    } else if constexpr (requires {
                             endpoint.address().to_string();
                             endpoint.port();
                         }) {
        std::string const host = endpoint.address().to_string();
        bool const v6 = endpoint.address().is_v6();
        return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
    } else {
        return "endpoint";
    }
}

}  // namespace handrail::detail
