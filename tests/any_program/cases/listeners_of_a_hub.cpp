// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sessions add listeners that are bound to them to a global hub, and never remove them.
//
// EXPECT: HR053 note count=5
// RESOURCE: unix
// LEFT: 5 objects, 8 descriptors
// NAMES: market::prices ; listeners ; market::ticker
// NAMES: market::ticker::socket_
// NAMES-WITHOUT-DEBUG-INFO: market::prices ; market::ticker
// NAMES-STRIPPED: market::ticker

#include "../case.hpp"
#include "../sockets.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace market {

struct hub {
    std::vector<std::function<void(int)>> listeners{};
};

hub prices;

class ticker : public std::enable_shared_from_this<ticker>, any_program::counted {
public:
    explicit ticker(any_program::local_socket socket) : socket_(std::move(socket)) {}

    void subscribe() {
        prices.listeners.emplace_back(
            std::bind(&ticker::show, shared_from_this(), std::placeholders::_1));  // LEAK
    }

private:
    void show(int price) { last_ = price; }

    int last_ = 0;
    any_program::local_socket socket_;
};

}  // namespace market

int main(int argc, char** argv) {
    static boost::asio::io_context io;
    for (int i = 0; i != 5; ++i) {
        std::make_shared<market::ticker>(any_program::abandoned_socket(io))->subscribe();
    }
    for (auto const& listener : market::prices.listeners) {
        listener(100);
    }
    any_program::stay(argc, argv);
}
