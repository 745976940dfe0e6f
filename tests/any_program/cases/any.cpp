// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The user's data of a connection is a std::any, in which the user stores the connection.
//
// EXPECT: HR050 certain count=2
// EXPECT-STRIPPED: HR050 certain|possible count=2
// RESOURCE: unix
// LEFT: 2 objects, 2 descriptors
// NAMES: net::connection::context_ ; net::connection
// NAMES: net::connection::socket_
// NAMES-WITHOUT-DEBUG-INFO: net::connection

#include "../case.hpp"
#include "../sockets.hpp"

#include <any>
#include <memory>
#include <utility>

namespace net {

class connection : any_program::counted {
public:
    explicit connection(any_program::local_socket socket) : socket_(std::move(socket)) {}
    void set_context(std::any context) { context_ = std::move(context); }

private:
    std::any context_;
    any_program::local_socket socket_;
};

}  // namespace net

[[gnu::noinline]] static void connect(int connections) {
    boost::asio::io_context io;
    for (int i = 0; i != connections; ++i) {
        auto const one = std::make_shared<net::connection>(any_program::abandoned_socket(io));
        one->set_context(one);  // LEAK
    }
}

int main(int argc, char** argv) {
    connect(2);
    any_program::stay(argc, argv);
}
