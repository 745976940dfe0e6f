// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An object waits for a message of its own channel, and the handler owns the object: nobody else
// has the channel to send one. The io_context lives.
//
// EXPECT: HR051 certain count=2
// RESOURCE: unix
// LEFT: 2 objects, 5 descriptors
// NAMES: post::office::inbox_ ; lambda at @LEAK ; post::office
// NAMES: post::office::counter_
// NAMES-WITHOUT-DEBUG-INFO: post::office

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/experimental/channel.hpp>

#include <cstdlib>
#include <memory>
#include <utility>

using boost::system::error_code;

namespace post {

class office : public std::enable_shared_from_this<office>, any_program::counted {
public:
    explicit office(any_program::local_socket counter)
        : counter_(std::move(counter)), inbox_(counter_.get_executor()) {}

    void open() {
        inbox_.async_receive([self = shared_from_this()](error_code ec, int letter) {  // LEAK
            self->letters_ += letter;
            if (!ec) {
                self->open();
            }
        });
    }

private:
    int letters_ = 0;
    any_program::local_socket counter_;
    boost::asio::experimental::channel<void(error_code, int)> inbox_;
};

}  // namespace post

int main(int argc, char** argv) {
    boost::asio::io_context io;
    for (int i = 0; i != 2; ++i) {
        std::make_shared<post::office>(any_program::abandoned_socket(io))->open();
    }
    io.poll();
    any_program::stay(argc, argv);
    std::exit(0);
}
