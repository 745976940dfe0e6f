// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Accepts clients and starts a session for each.

#pragma once

#include "file_cache.hpp"
#include "session.hpp"

#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace file_server {

struct server_settings {
    session_settings session;
    std::uint16_t port = 0;  // 0: any
    std::size_t cache_capacity = 1024;
};

// Lives longer than the io_context runs.
class server {
public:
    // Errors: throws boost::system::system_error when the port cannot be had.
    server(boost::asio::io_context& context, server_settings const& settings);

    void start();
    // Effects: accepts no more and ends all sessions. Thread safety: none; call it on the acceptor's strand.
    void stop();

    handrail::tcp_acceptor::executor_type executor() { return acceptor_.get_executor(); }
    std::uint16_t port() { return acceptor_.local_endpoint().port(); }
    std::size_t files_in_use() const { return files_.size(); }

private:
    // The sessions that stop() must reach. A cleanup of each session takes its entry out.
    struct session_table {
        std::mutex mutex;
        std::map<std::uint64_t, handrail::weak<session>> sessions;
        std::uint64_t last_id = 0;
    };
    static void forget(handrail::weak<session_table> table, std::uint64_t id);

    boost::asio::awaitable<void> accept_clients();
    void start_session(handrail::tcp_socket client);

    server_settings settings_;
    boost::asio::io_context& context_;
    handrail::tcp_acceptor acceptor_;
    file_cache files_;
    handrail::shared<session_table> table_;
};

}  // namespace file_server
