// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An object keeps itself alive while it works, by a member, and an error path does not reset it.
//
// EXPECT: HR050 certain count=2
// RESOURCE: unix
// LEFT: 2 objects, 2 descriptors
// NAMES: scan::probe::busy_ ; scan::probe
// NAMES: scan::probe::socket_
// NAMES-WITHOUT-DEBUG-INFO: scan::probe

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <utility>

using boost::system::error_code;

namespace scan {

class probe : public std::enable_shared_from_this<probe>, any_program::counted {
public:
    explicit probe(any_program::local_socket socket) : socket_(std::move(socket)) {}

    void start() {
        busy_ = shared_from_this();  // LEAK
        socket_.async_receive(boost::asio::buffer(answer_), [this](error_code ec, std::size_t) {
            if (!ec) {
                busy_.reset();
            }
        });
    }

private:
    std::shared_ptr<probe> busy_;
    any_program::local_socket socket_;
    char answer_[16];
};

[[gnu::noinline]] void scan(int targets) {
    boost::asio::io_context io;
    for (int i = 0; i != targets; ++i) {
        std::make_shared<probe>(any_program::abandoned_socket(io))->start();
    }
    io.run();
}

}  // namespace scan

int main(int argc, char** argv) {
    scan::scan(2);
    any_program::stay(argc, argv);
}
