// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One connection: reads requests and sends replies until one side ends it.
//
// Everything runs on one strand, the socket's executor. The coroutine of run() holds the session;
// all other references to it are weak. It ends when
//   - the client closes, or asked for the connection to be closed;
//   - a request cannot be parsed, or has a body: the rest of the input is meaningless then;
//   - by the deadline, a request is not complete or a reply has made no progress;
//   - stop() was called and the reply in progress is done.

#pragma once

#include "reply.hpp"
#include "site.hpp"

#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>

namespace file_server {

class session : public handrail::enable_shared_from_this<session> {
public:
    // Requires: made by handrail::make; the socket's executor is a strand.
    session(handrail::tcp_socket socket, handrail::shared<site const> from);

    handrail::tcp_socket::executor_type get_executor() { return socket_.get_executor(); }

    // Requires: spawned on get_executor().
    static boost::asio::awaitable<void> run(handrail::shared<session> self);

    // Effects: reads no further request; a reply in progress has one more timeout.
    // Thread safety: any thread.
    void stop();

private:
    using clock = std::chrono::steady_clock;

    enum class next {
        another,  // request
        close,    // after the last reply
        gone,     // the client is
    };

    boost::asio::awaitable<void> serve();
    boost::asio::awaitable<next> serve_one();
    boost::asio::awaitable<next> send(reply what);
    boost::asio::awaitable<void> discard_input();
    boost::asio::awaitable<void> watch();
    bool stopping() const noexcept { return last_deadline_ != clock::time_point::max(); }
    void extend_deadline();
    void limit_deadline(clock::duration from_now);
    void stop_here();

    handrail::tcp_socket socket_;
    handrail::shared<site const> site_;
    boost::beast::flat_buffer input_;
    boost::asio::steady_timer timer_;
    clock::time_point deadline_;
    clock::time_point last_deadline_ = clock::time_point::max();  // nothing extends beyond it
    bool idle_ = true;                                            // no reply is in progress
};

}  // namespace file_server
