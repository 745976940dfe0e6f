// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Chapter 4: slow work at the end of a session runs on another thread, and shutdown waits for it.

#include "server.hpp"

#include <handrail/asio/runner.hpp>
#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

// Appends a line to the log and returns when it is on the disk.
void log_session(std::string path, std::string client, std::shared_ptr<std::size_t> echoed) {
    auto log = handrail::file::open(path, handrail::file::append | handrail::file::create);
    std::string const line = client + " sent " + std::to_string(*echoed) + " bytes\n";
    asio::write(log, asio::buffer(line));
    log.sync_data();
}

class session : public std::enable_shared_from_this<session> {
public:
    session(handrail::tcp_socket socket, std::string log, handrail::runner disk)
        : socket_(std::move(socket)) {
        handrail::set_runner(socket_, disk);
        handrail::add_cleanup(socket_, &log_session, log,
                              tutorial::text_of(socket_.remote_endpoint()), echoed_);
    }

    void start() {
        asio::co_spawn(socket_.get_executor(), run(shared_from_this()), asio::detached);
    }

private:
    // Echoes until the client leaves. The coroutine holds the session as long as it runs.
    static asio::awaitable<void> run(std::shared_ptr<session> self) {
        std::array<char, 512> buffer;
        for (;;) {
            std::size_t const size =
                co_await self->socket_.async_read_some(asio::buffer(buffer), use_awaitable);
            co_await asio::async_write(self->socket_, asio::buffer(buffer, size), use_awaitable);
            *self->echoed_ += size;
        }
    }

    handrail::tcp_socket socket_;
    std::shared_ptr<std::size_t> echoed_ = std::make_shared<std::size_t>(0);
};

void serve(std::string const& log) {
    asio::thread_pool disk(1);
    asio::io_context context;
    auto const runner = handrail::make_runner(disk.get_executor());
    tutorial::serve_clients<handrail::tcp_acceptor>(context, [&](handrail::tcp_socket socket) {
        return std::make_shared<session>(std::move(socket), log, runner);
    });
    if (!handrail::drain(std::chrono::seconds(5))) {
        throw std::runtime_error("the log is not complete");
    }
}

void chapter() {
    std::string const log = tutorial::new_file_name("sessions.log");
    serve(log);
    auto const lines = handrail::file::open(log, handrail::file::read_only);
    std::cout << "all clients have left; the log has " << lines.size() << " bytes" << std::endl;
}

}  // namespace

int main() { return tutorial::run_chapter(&chapter); }
