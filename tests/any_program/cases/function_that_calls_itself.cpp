// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A function object arms a timer again with itself, so it captures itself; its last call does not
// clear it.
//
// EXPECT: HR050 certain count=2
// RESOURCE: unix
// LEFT: 2 objects, 2 descriptors
// NAMES: lambda at @LEAK
// NAMES: watchdog::target::socket
// NAMES-WITHOUT-DEBUG-INFO: watchdog::target

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

using boost::asio::steady_timer;
using boost::system::error_code;

namespace watchdog {

struct target : any_program::counted {
    explicit target(any_program::local_socket s) : socket(std::move(s)) {}
    any_program::local_socket socket;
    int polls = 0;
};

void watch(std::shared_ptr<target> const& at) {
    auto const timer = std::make_shared<steady_timer>(at->socket.get_executor());
    auto const again = std::make_shared<std::function<void()>>();
    *again = [at, timer, again] {  // LEAK
        if (++at->polls == 3) {
            return;
        }
        timer->expires_after(std::chrono::milliseconds(1));
        timer->async_wait([again](error_code) { (*again)(); });
    };
    (*again)();
}

[[gnu::noinline]] void watch_all(int targets) {
    boost::asio::io_context io;
    for (int i = 0; i != targets; ++i) {
        watch(std::make_shared<target>(any_program::abandoned_socket(io)));
    }
    io.run();
}

}  // namespace watchdog

int main(int argc, char** argv) {
    watchdog::watch_all(2);
    any_program::stay(argc, argv);
}
