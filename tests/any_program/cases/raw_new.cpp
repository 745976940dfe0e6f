// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Objects made with a plain new, whose pointers are given to std::shared_ptr: object and counts are
// in blocks of their own.
//
// EXPECT: HR050 certain count=3
// RESOURCE: unix
// LEFT: 3 objects, 3 descriptors
// NAMES: fleet::vessel::on_arrival ; lambda at @LEAK ; fleet::vessel
// NAMES: fleet::vessel::radio
// NAMES-WITHOUT-DEBUG-INFO: fleet::vessel

#include "../case.hpp"
#include "../sockets.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace fleet {

struct vessel : any_program::counted {
    explicit vessel(any_program::local_socket r) : radio(std::move(r)) {}
    any_program::local_socket radio;
    std::function<void(int)> on_arrival{};
    int port = 0;
};

[[gnu::noinline]] void sail(int vessels) {
    boost::asio::io_context io;
    for (int i = 0; i != vessels; ++i) {
        std::shared_ptr<vessel> const one(new vessel(any_program::abandoned_socket(io)));
        one->on_arrival = [one](int port) { one->port = port; };  // LEAK
        one->on_arrival(i);
    }
}

}  // namespace fleet

int main(int argc, char** argv) {
    fleet::sail(3);
    any_program::stay(argc, argv);
}
