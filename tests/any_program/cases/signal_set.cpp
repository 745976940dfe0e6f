// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A server waits for a signal, and the handler owns the server: the signal may still come.
//
// EXPECT: HR054 note count=1
// RESOURCE: tcp
// LEFT: 1 objects, 6 descriptors
// NAMES: lambda at @LEAK ; shop::server
// NAMES: shop::server::acceptor_
// NAMES-WITHOUT-DEBUG-INFO: shop::server

#include "../case.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <memory>

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace shop {

class server : public std::enable_shared_from_this<server>, any_program::counted {
public:
    explicit server(boost::asio::io_context& io)
        : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}), signals_(io, SIGUSR2) {}

    // example HR054
    void start() {
        signals_.async_wait([self = shared_from_this()](error_code, int) {  // LEAK
            self->acceptor_.close();
        });
    }
    // end

private:
    tcp::acceptor acceptor_;
    boost::asio::signal_set signals_;
};

}  // namespace shop

int main(int argc, char** argv) {
    boost::asio::io_context io;
    std::make_shared<shop::server>(io)->start();
    boost::asio::post(io, [=] {
        any_program::stay(argc, argv);
        std::exit(0);
    });
    io.run();
}
