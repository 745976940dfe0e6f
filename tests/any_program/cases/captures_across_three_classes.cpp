// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A client owns its transport, the transport's callback owns the parser, and the parser's callback
// owns the client.
//
// EXPECT: HR050 certain count=2
// RESOURCE: unix
// LEFT: 6 objects, 2 descriptors
// NAMES: rpc::client::transport_ ; rpc::transport::on_bytes_ ; lambda at ; rpc::parser::on_message_ ; lambda at @LEAK ; rpc::client
// NAMES: rpc::transport::socket_
// NAMES-WITHOUT-DEBUG-INFO: rpc::client ; rpc::transport ; rpc::parser

#include "../case.hpp"
#include "../sockets.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace rpc {

class parser : any_program::counted {
public:
    void set_handler(std::function<void(int)> on_message) { on_message_ = std::move(on_message); }
    void feed(char byte) { on_message_(byte); }

private:
    std::function<void(int)> on_message_;
};

class transport : any_program::counted {
public:
    explicit transport(any_program::local_socket socket) : socket_(std::move(socket)) {}
    void set_handler(std::function<void(char)> on_bytes) { on_bytes_ = std::move(on_bytes); }

private:
    any_program::local_socket socket_;
    std::function<void(char)> on_bytes_;
};

class client : public std::enable_shared_from_this<client>, any_program::counted {
public:
    explicit client(any_program::local_socket socket)
        : transport_(std::make_shared<transport>(std::move(socket))) {}

    void connect() {
        auto const messages = std::make_shared<parser>();
        transport_->set_handler([messages](char byte) { messages->feed(byte); });
        messages->set_handler([self = shared_from_this()](int m) { self->last_ = m; });  // LEAK
    }

private:
    int last_ = 0;
    std::shared_ptr<transport> transport_;
};

[[gnu::noinline]] void call(int clients) {
    boost::asio::io_context io;
    for (int i = 0; i != clients; ++i) {
        std::make_shared<client>(any_program::abandoned_socket(io))->connect();
    }
}

}  // namespace rpc

int main(int argc, char** argv) {
    rpc::call(2);
    any_program::stay(argc, argv);
}
