// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A thread that lives has a connection in a thread-local variable.
//
// EXPECT: HR053 note count=1
// RESOURCE: unix
// LEFT: 1 objects, 4 descriptors
// NAMES: thread-local ; data::connection
// NAMES: data::connection::socket
// NAMES-WITHOUT-DEBUG-INFO: thread-local ; data::connection

#include "../case.hpp"
#include "../sockets.hpp"

#include <unistd.h>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>

namespace data {

struct connection : any_program::counted {
    explicit connection(any_program::local_socket s) : socket(std::move(s)) {}
    any_program::local_socket socket;
};

thread_local std::shared_ptr<connection> of_this_thread;

[[gnu::noinline]] void connect(boost::asio::io_context& io) {
    of_this_thread = std::make_shared<connection>(any_program::abandoned_socket(io));
}

}  // namespace data

int main(int argc, char** argv) {
    static boost::asio::io_context io;
    static std::binary_semaphore connected(0);
    std::thread([] {
        data::connect(io);
        connected.release();
        for (;;) {
            ::pause();
        }
    }).detach();
    connected.acquire();
    any_program::stay(argc, argv);
}
