// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A member function object has a handler that is bound to the object's strand, and that owns the
// object.
//
// EXPECT: HR050 certain count=2
// RESOURCE: unix
// LEFT: 2 objects, 2 descriptors
// NAMES: lift::cabin::on_arrival_ ; lambda at @LEAK ; lift::cabin
// NAMES: lift::cabin::motor_
// NAMES-WITHOUT-DEBUG-INFO: lift::cabin

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace lift {

class cabin : public std::enable_shared_from_this<cabin>, any_program::counted {
public:
    cabin(boost::asio::io_context& io, any_program::local_socket motor)
        : strand_(boost::asio::make_strand(io)), motor_(std::move(motor)) {}

    void call() {
        on_arrival_ = boost::asio::bind_executor(strand_, [self = shared_from_this()] {  // LEAK
            ++self->floor_;
        });
        boost::asio::dispatch(strand_, [self = shared_from_this()] { self->on_arrival_(); });
    }

private:
    int floor_ = 0;
    boost::asio::strand<boost::asio::io_context::executor_type> strand_;
    any_program::local_socket motor_;
    std::function<void()> on_arrival_;
};

[[gnu::noinline]] void ride(int cabins) {
    boost::asio::io_context io;
    for (int i = 0; i != cabins; ++i) {
        std::make_shared<cabin>(io, any_program::abandoned_socket(io))->call();
    }
    io.run();
}

}  // namespace lift

int main(int argc, char** argv) {
    lift::ride(2);
    any_program::stay(argc, argv);
}
