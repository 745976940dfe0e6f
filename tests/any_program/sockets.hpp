// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sockets for cases that need some, without a network.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace any_program {

using local_socket = boost::asio::local::stream_protocol::socket;

// Returns: a connected socket whose peer has been closed.
inline local_socket abandoned_socket(boost::asio::io_context& io) {
    local_socket ours(io);
    local_socket theirs(io);
    boost::asio::local::connect_pair(ours, theirs);
    return ours;
}

}  // namespace any_program
