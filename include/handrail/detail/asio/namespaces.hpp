// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The two names of Boost that the operations of sockets use without their namespaces.

#pragma once

#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>

namespace handrail::detail {

namespace asio = boost::asio;
using boost::system::error_code;

}  // namespace handrail::detail
