// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Two coroutines each wait for a message that only the other one could send. The io_context lives.
// Each has the channel for which it waits, so that it keeps itself: no ring needs both.
//
// EXPECT: HR051 certain count=1
// RESOURCE: unix
// LEFT: 1 objects, 4 descriptors
// NAMES: chess::white
// NAMES: chess::board::socket
// NAMES-WITHOUT-DEBUG-INFO: chess::board

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdlib>
#include <memory>
#include <utility>

using boost::asio::use_awaitable;
using boost::system::error_code;

namespace chess {

using moves = boost::asio::experimental::channel<void(error_code, int)>;

struct board : any_program::counted {
    explicit board(any_program::local_socket s) : socket(std::move(s)) {}
    any_program::local_socket socket;
};

boost::asio::awaitable<void> white(std::shared_ptr<moves> replies, std::shared_ptr<moves> ours,
                                   std::shared_ptr<board>) {
    int const reply = co_await replies->async_receive(use_awaitable);  // LEAK
    co_await ours->async_send(error_code{}, reply + 1, use_awaitable);
}

boost::asio::awaitable<void> black(std::shared_ptr<moves> moves_made,
                                   std::shared_ptr<moves> replies) {
    int const made = co_await moves_made->async_receive(use_awaitable);
    co_await replies->async_send(error_code{}, made + 1, use_awaitable);
}

[[gnu::noinline]] void play(boost::asio::io_context& io) {
    auto const to_black = std::make_shared<moves>(io);
    auto const to_white = std::make_shared<moves>(io);
    auto const on = std::make_shared<board>(any_program::abandoned_socket(io));
    co_spawn(io, white(to_white, to_black, on), boost::asio::detached);
    co_spawn(io, black(to_black, to_white), boost::asio::detached);
    io.poll();
}

}  // namespace chess

int main(int argc, char** argv) {
    boost::asio::io_context io;
    chess::play(io);
    any_program::stay(argc, argv);
    std::exit(0);
}
