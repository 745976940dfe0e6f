// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A lock-free stack keeps a tag in the upper 16 bits of its pointers. Its nodes have sockets.
//
// SILENT
// LEFT: 3 objects, 6 descriptors

#include "../case.hpp"
#include "../sockets.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace free_list {

struct node;

class tagged {
public:
    tagged(node* to, std::uint64_t tag) : word_(reinterpret_cast<std::uint64_t>(to) | tag << 48) {}
    node* get() const { return reinterpret_cast<node*>(word_ << 16 >> 16); }
    std::uint64_t tag() const { return word_ >> 48; }

private:
    std::uint64_t word_;
};

struct node : any_program::counted {
    explicit node(any_program::local_socket s) : socket(std::move(s)), next(nullptr, 0) {}
    any_program::local_socket socket;
    tagged next;
    std::function<void()> on_reuse{};
};

std::atomic<tagged> top = tagged(nullptr, 1);

void push(node* added) {
    tagged old = top.load();
    do {
        added->next = old;
    } while (!top.compare_exchange_weak(old, tagged(added, old.tag() + 1)));
}

}  // namespace free_list

int main(int argc, char** argv) {
    static boost::asio::io_context io;
    for (int i = 0; i != 3; ++i) {
        auto* const one = new free_list::node(any_program::abandoned_socket(io));
        auto const keeps_node = std::make_shared<free_list::node*>(one);
        one->on_reuse = [keeps_node] { (*keeps_node)->socket.close(); };
        free_list::push(one);
    }
    any_program::stay(argc, argv);
}
