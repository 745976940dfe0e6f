// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What is done with a resolver's results is a member function object, which owns the object.
//
// EXPECT: HR050 certain count=2
// RESOURCE: tcp
// LEFT: 2 objects, 2 descriptors
// NAMES: dial::connector::on_address_ ; lambda at @LEAK ; dial::connector
// NAMES: dial::connector::socket_
// NAMES-WITHOUT-DEBUG-INFO: dial::connector

#include "../case.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace dial {

class connector : public std::enable_shared_from_this<connector>, any_program::counted {
public:
    explicit connector(boost::asio::io_context& io) : resolver_(io), socket_(io, tcp::v4()) {}

    void start() {
        on_address_ = [self = shared_from_this()](tcp::endpoint const& to) {  // LEAK
            self->address_ = to;
        };
        resolver_.async_resolve(
            "127.0.0.1", "9", tcp::resolver::numeric_host | tcp::resolver::numeric_service,
            [self = shared_from_this()](error_code ec, tcp::resolver::results_type found) {
                if (!ec) {
                    self->on_address_(found.begin()->endpoint());
                }
            });
    }

private:
    tcp::resolver resolver_;
    tcp::socket socket_;
    tcp::endpoint address_;
    std::function<void(tcp::endpoint const&)> on_address_;
};

[[gnu::noinline]] void connect(int connectors) {
    boost::asio::io_context io;
    for (int i = 0; i != connectors; ++i) {
        std::make_shared<connector>(io)->start();
    }
    io.run();
}

}  // namespace dial

int main(int argc, char** argv) {
    dial::connect(2);
    any_program::stay(argc, argv);
}
