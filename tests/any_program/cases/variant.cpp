// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The state of a transfer is a variant; one of its alternatives owns the transfer.
//
// EXPECT: HR050 certain count=2
// RESOURCE: unix
// LEFT: 2 objects, 2 descriptors
// NAMES: cloud::transfer::state_ ; cloud::transfer
// NAMES: cloud::transfer::socket_
// NAMES-WITHOUT-DEBUG-INFO: cloud::transfer

#include "../case.hpp"
#include "../sockets.hpp"

#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace cloud {

class transfer : public std::enable_shared_from_this<transfer>, any_program::counted {
public:
    explicit transfer(any_program::local_socket socket) : socket_(std::move(socket)) {}
    void begin() { state_ = running{17, shared_from_this()}; }  // LEAK

private:
    struct idle {};
    struct running {
        int percent = 0;
        std::shared_ptr<transfer> self{};
    };
    struct failed {
        std::string why;
    };

    any_program::local_socket socket_;
    std::variant<idle, running, failed> state_;
};

[[gnu::noinline]] void upload(int files) {
    boost::asio::io_context io;
    for (int i = 0; i != files; ++i) {
        std::make_shared<transfer>(any_program::abandoned_socket(io))->begin();
    }
}

}  // namespace cloud

int main(int argc, char** argv) {
    cloud::upload(2);
    any_program::stay(argc, argv);
}
