// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Callbacks capture weak references to the objects that they are members of, which a vector on the
// stack owns.
//
// SILENT
// LEFT: 3 objects, 6 descriptors

#include "../case.hpp"
#include "../sockets.hpp"

#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace radio {

class receiver : public std::enable_shared_from_this<receiver>, any_program::counted {
public:
    explicit receiver(any_program::local_socket socket) : socket_(std::move(socket)) {}

    void listen() {
        on_signal_ = [weak = weak_from_this()](int strength) {
            if (auto const self = weak.lock()) {
                self->strength_ = strength;
            }
        };
    }
    void signal(int strength) { on_signal_(strength); }

private:
    std::function<void(int)> on_signal_;
    any_program::local_socket socket_;
    int strength_ = 0;
};

}  // namespace radio

int main(int argc, char** argv) {
    boost::asio::io_context io;
    std::vector<std::shared_ptr<radio::receiver>> receivers;
    for (int i = 0; i != 3; ++i) {
        receivers.push_back(std::make_shared<radio::receiver>(any_program::abandoned_socket(io)));
        receivers.back()->listen();
        receivers.back()->signal(i);
    }
    any_program::stay(argc, argv);
    std::exit(0);
}
