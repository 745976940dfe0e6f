// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A coroutine that owns its session waits for a message of the session's channel, which nobody else
// has. The io_context lives.
//
// EXPECT: HR051 certain count=2
// EXPECT-STRIPPED: HR051 certain|possible count=2
// RESOURCE: unix
// LEFT: 2 objects, 5 descriptors
// NAMES: news::reader::inbox ; news::follow ; news::reader
// NAMES: news::reader::socket
// NAMES-WITHOUT-DEBUG-INFO: news::reader

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

using boost::asio::use_awaitable;
using boost::system::error_code;

namespace news {

struct reader : any_program::counted {
    explicit reader(any_program::local_socket s)
        : socket(std::move(s)), inbox(socket.get_executor()) {}
    any_program::local_socket socket;
    boost::asio::experimental::channel<void(error_code, std::string)> inbox;
    std::string last{};
};

boost::asio::awaitable<void> follow(std::shared_ptr<reader> self) {
    for (;;) {
        self->last = co_await self->inbox.async_receive(use_awaitable);  // LEAK
    }
}

}  // namespace news

int main(int argc, char** argv) {
    boost::asio::io_context io;
    for (int i = 0; i != 2; ++i) {
        auto const one = std::make_shared<news::reader>(any_program::abandoned_socket(io));
        co_spawn(io, news::follow(one), boost::asio::detached);
    }
    io.poll();
    any_program::stay(argc, argv);
    std::exit(0);
}
