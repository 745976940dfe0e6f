// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A heartbeat arms its timer again in the timer's handler, which owns the object, and nobody ends
// it: it is pending, and it will go on.
//
// EXPECT: HR054 note count=1
// RESOURCE: unix
// LEFT: 1 objects, 4 descriptors
// NAMES: lambda at @LEAK ; heart::beat
// NAMES: heart::beat::socket_
// NAMES-WITHOUT-DEBUG-INFO: heart::beat

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>

using boost::system::error_code;

namespace heart {

class beat : public std::enable_shared_from_this<beat>, any_program::counted {
public:
    explicit beat(any_program::local_socket socket)
        : socket_(std::move(socket)), timer_(socket_.get_executor()) {}

    void start(int beats, std::function<void()> const& then) {
        timer_.expires_after(beats > 0 ? std::chrono::milliseconds(1) : std::chrono::minutes(1));
        timer_.async_wait([self = shared_from_this(), beats, then](error_code) {  // LEAK
            self->start(beats - 1, then);
        });
        if (beats == 0) {
            then();
        }
    }

private:
    any_program::local_socket socket_;
    boost::asio::steady_timer timer_;
};

}  // namespace heart

int main(int argc, char** argv) {
    boost::asio::io_context io;
    std::make_shared<heart::beat>(any_program::abandoned_socket(io))->start(3, [=] {
        any_program::stay(argc, argv);
        std::exit(0);
    });
    io.run();
}
