// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Accepts connections and starts a session for each.
//
//     auto served = handrail::make<file_server::server>(context, options);
//     served->start();
//     context.run();              // until stop() was called and the last session is gone
//
// The server has weak references to its sessions; a cleanup of each removes it from the list.
//
// Thread safety: any thread, start() once.

#pragma once

#include "options.hpp"
#include "session.hpp"
#include "site.hpp"

#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace file_server {

class server : public handrail::enable_shared_from_this<server> {
public:
    // Errors: throws boost::system::system_error when the port is taken,
    //   std::filesystem::filesystem_error when there is nothing to serve. Requires: made by
    //   handrail::make.
    server(boost::asio::io_context& context, options const& wanted);

    void start();

    // Effects: accepts no more connections and stops all sessions; they end within one timeout.
    void stop();

    boost::asio::ip::tcp::endpoint const& endpoint() const noexcept { return endpoint_; }
    // Returns: "0 sessions, 0 files".
    std::string status() const;
    // Effects: prints one line: "why: 0 sessions, 0 files, 1 handles known to the leak check".
    //   Lines of several threads are in the order of their states.
    void print_status(std::string const& why) const;

private:
    static boost::asio::awaitable<void> accept(handrail::shared<server> self);
    boost::asio::awaitable<void> pause();
    void start_session(handrail::tcp_socket socket);
    void stop_sessions();
    static void forget(handrail::weak<server> self, std::uint64_t id);

    boost::asio::io_context& context_;
    handrail::shared<site const> site_;
    handrail::tcp_acceptor acceptor_;  // used on its executor, a strand
    boost::asio::ip::tcp::endpoint endpoint_;
    bool const log_;
    mutable std::mutex print_mutex_;

    mutable std::mutex mutex_;
    std::unordered_map<std::uint64_t, handrail::weak<session>> sessions_;
    std::uint64_t last_id_ = 0;
};

}  // namespace file_server
