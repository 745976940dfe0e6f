// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A library's socket has a callback, which its user lets own the socket. It was closed long ago:
// the ring has no descriptor.
//
// EXPECT: HR050 certain count=3
// LEFT: 3 objects, 0 descriptors
// NAMES: wire::socket::on_message_ ; lambda at @LEAK ; wire::socket
// NAMES-WITHOUT-DEBUG-INFO: wire::socket

#include "../case.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace wire {

class socket : any_program::counted {
public:
    void on_message(std::function<void(std::string const&)> call) { on_message_ = std::move(call); }
    void open() { number_ = ::open("/dev/null", O_RDWR | O_CLOEXEC); }
    void deliver(std::string const& text) { on_message_(text); }
    void send(std::string const& text) { sent_ += text.size(); }
    void close() { ::close(std::exchange(number_, -1)); }

private:
    int number_ = -1;
    std::size_t sent_ = 0;
    std::function<void(std::string const&)> on_message_;
};

}  // namespace wire

[[gnu::noinline]] static void talk(int sockets) {
    for (int i = 0; i != sockets; ++i) {
        auto const one = std::make_shared<wire::socket>();
        one->open();
        one->on_message([one](std::string const& text) { one->send("re: " + text); });  // LEAK
        one->deliver("hello");
        one->close();
    }
}

int main(int argc, char** argv) {
    talk(3);
    any_program::stay(argc, argv);
}
