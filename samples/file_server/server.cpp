// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "server.hpp"

#include <handrail/cleanup.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <iostream>
#include <utility>
#include <vector>

namespace file_server {

namespace asio = boost::asio;
using boost::system::error_code;

server::server(asio::io_context& context, server_settings const& settings)
    : settings_(settings),
      context_(context),
      acceptor_(asio::make_strand(context), {asio::ip::address_v4::loopback(), settings.port}),
      files_(settings.cache_capacity),
      table_(handrail::make<session_table>()) {}

void server::start() { asio::co_spawn(acceptor_.get_executor(), accept_clients(), asio::detached); }

asio::awaitable<void> server::accept_clients() {
    while (acceptor_.is_open()) {
        error_code ec;
        handrail::tcp_socket client = co_await acceptor_.async_accept(
            asio::any_io_executor(asio::make_strand(context_)), asio::redirect_error(asio::use_awaitable, ec));
        if (!ec) {
            start_session(std::move(client));
        } else if (ec != asio::error::operation_aborted) {
            // Out of descriptors, most likely. The connection waits in the queue; trying at once would only spin.
            std::cerr << "accept: " << ec.message() << "\n";
            asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        }
    }
}

void server::start_session(handrail::tcp_socket client) {
    auto const executor = client.get_executor();
    auto const started = handrail::make<session>(std::move(client), settings_.session, files_);
    std::uint64_t id = 0;
    {
        std::lock_guard hold(table_->mutex);
        id = ++table_->last_id;
        table_->sessions.emplace(id, started);
    }
    handrail::add_cleanup(started, &server::forget, handrail::weak<session_table>(table_), id);
    asio::co_spawn(executor, [started]() -> asio::awaitable<void> { co_await started->run(); }, asio::detached);
}

void server::forget(handrail::weak<session_table> table, std::uint64_t id) {
    if (auto const held = table.lock()) {
        std::lock_guard hold(held->mutex);
        held->sessions.erase(id);
    }
}

void server::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    std::vector<handrail::shared<session>> running;
    {
        std::lock_guard hold(table_->mutex);
        for (auto const& [id, watched] : table_->sessions) {
            running.push_back(watched.lock());
        }
    }
    for (auto const& each : running) {
        if (each != nullptr) {
            each->stop();
        }
    }
}

}  // namespace file_server
