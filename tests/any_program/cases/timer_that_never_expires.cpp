// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An object waits on its own timer, which never expires, until it has something to do. The handler
// owns the object, and nobody else can cancel the timer. The io_context lives.
//
// EXPECT: HR051 certain count=3
// RESOURCE: unix
// LEFT: 3 objects, 6 descriptors
// NAMES: press::printer::paper_ ; lambda at @LEAK ; press::printer
// NAMES: press::printer::socket_
// NAMES-WITHOUT-DEBUG-INFO: press::printer

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>

using boost::asio::steady_timer;
using boost::system::error_code;

namespace press {

class printer : public std::enable_shared_from_this<printer>, any_program::counted {
public:
    explicit printer(any_program::local_socket socket)
        : socket_(std::move(socket)), paper_(socket_.get_executor()) {}

    void start() {
        paper_.expires_at(steady_timer::time_point::max());
        print();
        receive();
    }

private:
    // example HR051
    void print() {
        paper_.async_wait([self = shared_from_this()](error_code) {  // LEAK
            self->print();
        });
    }
    // end
    void receive() {
        socket_.async_receive(boost::asio::buffer(page_),
                              [self = shared_from_this()](error_code ec, std::size_t) {
                                  if (!ec) {  // should cancel paper_ otherwise
                                      self->paper_.cancel_one();
                                      self->receive();
                                  }
                              });
    }

    any_program::local_socket socket_;
    steady_timer paper_;
    char page_[64];
};

}  // namespace press

int main(int argc, char** argv) {
    boost::asio::io_context io;
    for (int i = 0; i != 3; ++i) {
        std::make_shared<press::printer>(any_program::abandoned_socket(io))->start();
    }
    io.poll();
    any_program::stay(argc, argv);
    std::exit(0);
}
