// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A loopback network for the tests of sockets.

#pragma once

#include "tests/support/owners.hpp"

#include <handrail/socket.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>

namespace asio_test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using handrail::add_cleanup;
using handrail::local_socket;
using handrail::tcp_acceptor;
using handrail::tcp_socket;
using handrail_test::note;
using handrail_test::take_events;
using lines = std::vector<std::string>;
using four_bytes = std::array<char, 4>;

inline tcp::endpoint loopback(unsigned short port = 0) {
    return {asio::ip::address_v4::loopback(), port};
}
// Nobody listens on port 1.
inline tcp::endpoint refusing() { return loopback(1); }

inline bool is_close_on_exec(int fd) { return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0; }

inline std::string text_of(four_bytes const& bytes) { return {bytes.data(), bytes.size()}; }

inline bool begins_with(std::string const& text, std::string const& beginning) {
    return text.compare(0, beginning.size(), beginning) == 0;
}

// Returns: what() of the system_error that call throws; empty when it throws none.
template <class Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (boost::system::system_error const& e) {
        return e.what();
    }
    return {};
}

struct network {
    asio::io_context context;
    tcp_acceptor acceptor{context, loopback()};

    network() { take_events(); }

    // Runs handlers until there is nothing left to wait for.
    void run() {
        context.restart();
        context.run();
    }
    // Runs the handlers that are ready.
    void poll() {
        context.restart();
        context.poll();
    }
    // A connection that waits in the acceptor's queue.
    tcp_socket client() {
        tcp_socket connecting(context);
        connecting.connect(acceptor.local_endpoint());
        return connecting;
    }
    std::pair<tcp_socket, tcp_socket> connected() {
        tcp_socket near = client();
        return {std::move(near), acceptor.accept()};
    }
};

}  // namespace asio_test
