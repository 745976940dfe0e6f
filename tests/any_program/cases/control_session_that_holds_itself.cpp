// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sessions own themselves by a member while a read is pending, whose handler has a plain pointer.
// The io_context runs when the program is examined.
//
// SILENT
// LEFT: 3 objects, 9 descriptors

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <cstdlib>
#include <list>
#include <memory>
#include <utility>

using boost::system::error_code;

namespace shell {

class session : public std::enable_shared_from_this<session>, any_program::counted {
public:
    explicit session(any_program::local_socket socket) : socket_(std::move(socket)) {}

    void start() {
        busy_ = shared_from_this();
        socket_.async_receive(boost::asio::buffer(command_),
                              [this](error_code ec, std::size_t) { ec ? busy_.reset() : start(); });
    }

private:
    std::shared_ptr<session> busy_;
    any_program::local_socket socket_;
    char command_[64];
};

}  // namespace shell

int main(int argc, char** argv) {
    boost::asio::io_context io;
    std::list<any_program::local_socket> clients;
    for (int i = 0; i != 3; ++i) {
        any_program::local_socket ours(io);
        boost::asio::local::connect_pair(ours, clients.emplace_back(io));
        std::make_shared<shell::session>(std::move(ours))->start();
    }
    io.poll();
    boost::asio::post(io, [=] {
        any_program::stay(argc, argv);
        std::exit(0);
    });
    io.run();
}
