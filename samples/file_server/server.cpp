// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "server.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <new>
#include <utility>
#include <vector>

namespace file_server {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds accept_pause{100};

asio::ip::tcp::endpoint where_to_listen(options const& wanted) {
    error_code ec;
    auto const address = asio::ip::make_address(wanted.address, ec);
    if (ec.failed()) {
        throw boost::system::system_error(ec, "address \"" + wanted.address + '"');
    }
    return {address, wanted.port};
}

asio::any_io_executor new_strand(asio::io_context& context) {
    return asio::make_strand(context.get_executor());
}

}  // namespace

server::server(asio::io_context& context, options const& wanted)
    : context_(context),
      site_(handrail::make<site>(document_root(wanted.root),
                                 handrail::make<file_cache>(wanted.cached_files), wanted.timeout)),
      acceptor_(new_strand(context), where_to_listen(wanted)),
      endpoint_(acceptor_.local_endpoint()),
      log_(wanted.log) {}

void server::start() {
    asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()),
                   [](std::exception_ptr failed) {
                       if (failed) {
                           std::rethrow_exception(
                               failed);  // out of run(): without accept, the server is useless
                       }
                   });
}

void server::stop() {
    asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
        error_code ignored;  // the acceptor is closed even if close() reports an error
        self->acceptor_.close(ignored);
        self->stop_sessions();
    });
}

std::string server::status() const {
    std::lock_guard const hold(mutex_);
    return std::to_string(sessions_.size()) + " sessions, " + std::to_string(site_->files->size()) +
           " files";
}

asio::awaitable<void> server::accept(handrail::shared<server> self) {
    error_code last;  // printed once, not ten times a second
    while (self->acceptor_.is_open()) {
        auto [ec, socket] =
            co_await self->acceptor_.async_accept(new_strand(self->context_), awaited);
        if (!ec.failed()) {
            self->start_session(std::move(socket));
        } else if (ec != asio::error::operation_aborted) {
            if (ec != last) {
                std::cerr << "file_server: accept: " << ec.message() << std::endl;
            }
            co_await self->pause();
        }
        last = ec;
    }
}

// Usually out of descriptors. The connection stays in the queue, so that an attempt without a pause
// would spin.
asio::awaitable<void> server::pause() {
    asio::steady_timer timer(acceptor_.get_executor(), accept_pause);
    co_await timer.async_wait(awaited);
}

void server::start_session(handrail::tcp_socket socket) try {
    error_code ignored;  // the connection may be closed already
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    auto fresh = handrail::make<session>(std::move(socket), site_);
    {
        std::lock_guard const hold(mutex_);
        std::uint64_t const id = ++last_id_;
        handrail::add_cleanup(fresh, &server::forget, weak_from_this(), id);
        sessions_.emplace(id, fresh);
    }
    auto const strand = fresh->get_executor();
    // When the coroutine has ended, the session and what it held have ended too.
    asio::co_spawn(strand, session::run(std::move(fresh)),
                   [known = weak_from_this()](std::exception_ptr) {
                       if (auto const self = known.lock(); self && self->log_) {
                           self->print_status("a connection ended");
                       }
                   });
} catch (std::bad_alloc const&) {
    std::cerr << "file_server: out of memory: a connection was dropped" << std::endl;
}

// On the acceptor's strand, as start_session(): no session is added meanwhile.
void server::stop_sessions() {
    std::vector<handrail::shared<session>> alive;
    {
        std::lock_guard const hold(mutex_);
        alive.reserve(sessions_.size());
        for (auto const& [id, known] : sessions_) {
            if (auto found = known.lock()) {
                alive.push_back(std::move(found));
            }
        }
    }
    for (auto const& each : alive) {
        each->stop();
    }
}

void server::print_status(std::string const& why) const {
    std::lock_guard const hold(print_mutex_);
    auto const handles = std::to_string(handrail::leak_check::live_handles().size());
    std::cout << why + ": " + status() + ", " + handles + " handles known to the leak check\n"
              << std::flush;
}

void server::forget(handrail::weak<server> known, std::uint64_t id) {
    if (auto const self = known.lock()) {
        std::lock_guard const hold(self->mutex_);
        self->sessions_.erase(id);
    }
}

}  // namespace file_server
