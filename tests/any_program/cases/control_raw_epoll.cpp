// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A loop over epoll whose connections only the kernel knows: their addresses are attached to their
// descriptors. They are in use.
//
// SILENT
// LEFT: 3 objects, 7 descriptors

#include "../case.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cstdlib>

namespace reactor {

struct connection : any_program::counted {
    int socket_fd = -1;
    int bytes = 0;
};

void add(int epoll_fd, int number) {
    auto* const added = new connection;
    added->socket_fd = number;
    epoll_event event{EPOLLIN, {.ptr = added}};
    ::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, number, &event);
}

void serve(int epoll_fd, int events) {
    epoll_event event{};
    for (int i = 0; i != events && ::epoll_wait(epoll_fd, &event, 1, -1) == 1; ++i) {
        auto* const ready = static_cast<connection*>(event.data.ptr);
        char byte = 0;
        ready->bytes += static_cast<int>(::read(ready->socket_fd, &byte, 1));
    }
}

}  // namespace reactor

static int epoll_fd = -1;
static int volatile clients[3];  // clang removes a variable that nobody reads

int main(int argc, char** argv) {
    epoll_fd = ::epoll_create1(EPOLL_CLOEXEC);
    for (int volatile& client : clients) {
        int pair[2];
        ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
        client = pair[1];
        reactor::add(epoll_fd, pair[0]);
        if (::write(client, "x", 1) != 1) {
            return 1;
        }
    }
    reactor::serve(epoll_fd, 3);
    any_program::stay(argc, argv);
    std::exit(0);
}
