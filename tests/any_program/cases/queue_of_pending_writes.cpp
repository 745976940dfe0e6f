// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A queue of pending writes, each of which owns the session that has the queue; the connection
// broke before they were written.
//
// EXPECT: HR050 certain count=3
// EXPECT-STRIPPED: HR050 certain|possible count=3
// RESOURCE: unix
// LEFT: 3 objects, 3 descriptors
// NAMES: news::session::queue_ ; news::session
// NAMES: news::session::socket_
// NAMES-WITHOUT-DEBUG-INFO: news::session

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/buffer.hpp>

#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace news {

class session : public std::enable_shared_from_this<session>, any_program::counted {
public:
    explicit session(any_program::local_socket socket) : socket_(std::move(socket)) {}

    void send(std::string text) {
        queue_.push_back({std::move(text), shared_from_this()});  // LEAK
    }
    void flush() {
        boost::system::error_code broken;
        while (!broken && !queue_.empty()) {
            socket_.send(boost::asio::buffer(queue_.front().text), 0, broken);
            if (!broken) {
                queue_.pop_front();
            }
        }
    }

private:
    struct pending_write {
        std::string text;
        std::shared_ptr<session> owner;
    };

    any_program::local_socket socket_;
    std::deque<pending_write> queue_;
};

[[gnu::noinline]] void publish(int sessions) {
    boost::asio::io_context io;
    for (int i = 0; i != sessions; ++i) {
        auto const to = std::make_shared<session>(any_program::abandoned_socket(io));
        to->send("first");
        to->send("second, which is too long for the string to have it inside");
        to->flush();
    }
}

}  // namespace news

int main(int argc, char** argv) {
    news::publish(3);
    any_program::stay(argc, argv);
}
