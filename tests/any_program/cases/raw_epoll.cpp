// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A loop over epoll keeps its connections in a map. One that has ended is erased, but its own
// handler owns it.
//
// EXPECT: HR050 certain count=2
// EXPECT-WITHOUT-DEBUG-INFO: HR050 certain|possible count=2
// MAY-WITHOUT-DEBUG-INFO: HR052
// LEFT: 2 objects, 3 descriptors
// NAMES: reactor::connection::on_event ; lambda at @LEAK ; reactor::connection
// NAMES-WITHOUT-DEBUG-INFO: reactor::connection

#include "../case.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <functional>
#include <map>
#include <memory>

namespace reactor {

struct connection : any_program::counted {
    explicit connection(int number) : socket_fd(number) {}
    ~connection() { ::close(socket_fd); }
    int socket_fd;
    bool ended = false;
    std::function<void()> on_event{};
};

class loop {
public:
    ~loop() { ::close(epoll_fd_); }

    void add(int number) {
        auto const added = connections_[number] = std::make_shared<connection>(number);
        added->on_event = [added] {  // LEAK
            char byte = 0;
            added->ended = ::read(added->socket_fd, &byte, 1) <= 0;
        };
        epoll_event event{EPOLLIN, {.ptr = added.get()}};
        ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, number, &event);
    }
    void run() {
        epoll_event event{};
        while (!connections_.empty() && ::epoll_wait(epoll_fd_, &event, 1, -1) == 1) {
            auto* const ready = static_cast<connection*>(event.data.ptr);
            ready->on_event();
            if (ready->ended) {
                ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, ready->socket_fd, nullptr);
                connections_.erase(ready->socket_fd);
            }
        }
    }

private:
    int epoll_fd_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::map<int, std::shared_ptr<connection>> connections_{};
};

}  // namespace reactor

int main(int argc, char** argv) {
    static reactor::loop loop;
    for (int i = 0; i != 2; ++i) {
        int pair[2];
        ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
        ::close(pair[1]);
        loop.add(pair[0]);
    }
    loop.run();
    any_program::stay(argc, argv);
}
