// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A proxy and its upstream own each other by boost::shared_ptr.
//
// EXPECT: HR050 certain count=3
// RESOURCE: unix
// LEFT: 6 objects, 3 descriptors
// NAMES: proxy::front::upstream_ ; proxy::upstream::front_ ; proxy::front
// NAMES: proxy::upstream::socket_
// NAMES-WITHOUT-DEBUG-INFO: proxy::front ; proxy::upstream

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/smart_ptr/enable_shared_from_this.hpp>
#include <boost/smart_ptr/make_shared.hpp>
#include <boost/smart_ptr/shared_ptr.hpp>

#include <utility>

namespace proxy {

class front;

class upstream : any_program::counted {
public:
    upstream(any_program::local_socket socket, boost::shared_ptr<front> to)
        : socket_(std::move(socket)), front_(std::move(to)) {}

private:
    any_program::local_socket socket_;
    boost::shared_ptr<front> front_;
};

class front : public boost::enable_shared_from_this<front>, any_program::counted {
public:
    void connect(any_program::local_socket socket) {
        upstream_.reset(new upstream(std::move(socket), shared_from_this()));  // LEAK
    }

private:
    boost::shared_ptr<upstream> upstream_;
};

[[gnu::noinline]] void forward(int connections) {
    boost::asio::io_context io;
    for (int i = 0; i != connections; ++i) {
        boost::make_shared<front>()->connect(any_program::abandoned_socket(io));
    }
}

}  // namespace proxy

int main(int argc, char** argv) {
    proxy::forward(3);
    any_program::stay(argc, argv);
}
