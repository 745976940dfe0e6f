// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A loop and what wakes it up own each other.
//
// EXPECT: HR050 certain count=2
// MAY-WITHOUT-DEBUG-INFO: HR052
// LEFT: 2 objects, 2 descriptors
// NAMES: tick::loop::waker_ ; tick::waker::loop_ ; tick::loop
// NAMES-WITHOUT-DEBUG-INFO: tick::loop ; tick::waker

#include "../case.hpp"

#include <sys/eventfd.h>
#include <unistd.h>
#include <memory>
#include <utility>

namespace tick {

class loop;

class waker : any_program::counted {
public:
    explicit waker(std::shared_ptr<loop> of) : loop_(std::move(of)) {}  // LEAK
    ~waker() { ::close(event_fd_); }
    void wake() { ::eventfd_write(event_fd_, 1); }

private:
    int event_fd_ = ::eventfd(0, EFD_CLOEXEC);
    std::shared_ptr<loop> loop_;
};

class loop : public std::enable_shared_from_this<loop> {
public:
    void start() {
        waker_ = std::make_shared<waker>(shared_from_this());
        waker_->wake();
    }

private:
    std::shared_ptr<waker> waker_;
};

[[gnu::noinline]] void start(int loops) {
    for (int i = 0; i != loops; ++i) {
        std::make_shared<loop>()->start();
    }
}

}  // namespace tick

int main(int argc, char** argv) {
    tick::start(2);
    any_program::stay(argc, argv);
}
