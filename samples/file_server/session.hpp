// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One client's connection: requests in, answers out, until either side ends it.

#pragma once

#include "file_cache.hpp"

#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <filesystem>

namespace file_server {

struct response;

struct session_settings {
    std::filesystem::path root;
    std::chrono::milliseconds idle{30'000};  // for a request to arrive, and for a write to get on
};

// Lives on its socket's executor, a strand; its coroutine holds it.
class session : public handrail::enable_shared_from_this<session> {
public:
    session(handrail::tcp_socket socket, session_settings const& settings, file_cache& files);

    boost::asio::awaitable<void> run();

    // Effects: ends the connection soon. Any thread.
    void stop();

    handrail::tcp_socket& socket() noexcept { return socket_; }

private:
    boost::asio::awaitable<bool> serve_one();
    boost::asio::awaitable<bool> send(response const& r);

    handrail::tcp_socket socket_;
    session_settings const& settings_;
    file_cache& files_;
    boost::beast::flat_buffer buffer_{16 * 1024};  // what came after the last request
};

}  // namespace file_server
