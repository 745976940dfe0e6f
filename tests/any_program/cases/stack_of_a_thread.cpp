// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A thread has a job on its stack, and sleeps.
//
// EXPECT: HR053 note count=1
// RESOURCE: unix
// LEFT: 1 objects, 4 descriptors
// NAMES: stack ; queue::job
// NAMES: queue::job::socket
// NAMES-WITHOUT-DEBUG-INFO: stack ; queue::job

#include "../case.hpp"
#include "../sockets.hpp"

#include <unistd.h>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>

namespace queue {

struct job : any_program::counted {
    explicit job(any_program::local_socket s) : socket(std::move(s)) {}
    any_program::local_socket socket;
};

void work(std::shared_ptr<job> on, std::binary_semaphore& begun) {
    begun.release();
    for (;;) {
        ::pause();
        on->socket.non_blocking(true);
    }
}

}  // namespace queue

int main(int argc, char** argv) {
    static boost::asio::io_context io;
    static std::binary_semaphore begun(0);
    std::thread([] {
        queue::work(std::make_shared<queue::job>(any_program::abandoned_socket(io)), begun);
    }).detach();
    begun.acquire();
    any_program::stay(argc, argv);
}
