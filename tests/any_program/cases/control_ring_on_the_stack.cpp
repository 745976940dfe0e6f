// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Objects on the stack of main() and objects that own each other; main() still uses them, and calls
// exit().
//
// SILENT
// LEFT: 3 objects, 6 descriptors

#include "../case.hpp"
#include "../sockets.hpp"

#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>

namespace desk {

struct lamp : any_program::counted {
    explicit lamp(any_program::local_socket s) : socket(std::move(s)) {}
    any_program::local_socket socket;
    std::function<void()> on_switch{};
    bool lit = false;
};

}  // namespace desk

int main(int argc, char** argv) {
    boost::asio::io_context io;
    desk::lamp on_the_stack(any_program::abandoned_socket(io));
    auto const in_a_block = std::make_unique<desk::lamp>(any_program::abandoned_socket(io));
    auto const in_a_ring = std::make_shared<desk::lamp>(any_program::abandoned_socket(io));
    in_a_ring->on_switch = [in_a_ring] { in_a_ring->lit = !in_a_ring->lit; };
    {
        auto const ended = std::make_shared<desk::lamp>(any_program::abandoned_socket(io));
        ended->on_switch = [ended] { ended->lit = true; };
        ended->on_switch = nullptr;  // breaks the ring
    }
    in_a_ring->on_switch();
    any_program::stay(argc, argv);
    in_a_ring->on_switch = nullptr;
    std::exit(in_a_block->lit || on_the_stack.lit ? 1 : 0);
}
