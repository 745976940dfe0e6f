// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A member function object captures the object that it is a member of. The clients have gone, and
// the io_context, too.
//
// EXPECT: HR050 certain count=3
// RESOURCE: tcp
// LEFT: 3 objects, 3 descriptors
// NAMES: mail::delivery::on_done_ ; lambda at @LEAK ; mail::delivery
// NAMES: mail::delivery::peer_
// NAMES-WITHOUT-DEBUG-INFO: mail::delivery

#include "../case.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace mail {

class delivery : public std::enable_shared_from_this<delivery>, any_program::counted {
public:
    explicit delivery(tcp::socket peer) : peer_(std::move(peer)) {}

    // example HR050
    void begin() {
        on_done_ = [self = shared_from_this()] { self->done_ = true; };  // LEAK
        receive();
    }
    // end

private:
    void receive() {
        peer_.async_receive(boost::asio::buffer(letter_),
                            [self = shared_from_this()](error_code ec, std::size_t) {
                                ec ? self->on_done_() : self->receive();
                            });
    }

    bool done_ = false;
    tcp::socket peer_;
    std::function<void()> on_done_;
    char letter_[256];
};

[[gnu::noinline]] void deliver(int clients) {
    boost::asio::io_context io;
    tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    for (int i = 0; i != clients; ++i) {
        tcp::socket client(io);
        client.connect(acceptor.local_endpoint());
        client.send(boost::asio::buffer("Dear", 4));
        std::make_shared<delivery>(acceptor.accept())->begin();
    }
    io.run();
}

}  // namespace mail

int main(int argc, char** argv) {
    mail::deliver(3);
    any_program::stay(argc, argv);
}
