// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Connections in the blocks of a global pool: some are in use, and what has ended is still to be
// read in the pool's memory, with references to itself.
//
// SILENT
// LEFT: 2 objects, 5 descriptors

#include "../case.hpp"
#include "../sockets.hpp"

#include <memory>
#include <memory_resource>
#include <utility>
#include <vector>

namespace pool {

std::pmr::unsynchronized_pool_resource memory;
boost::asio::io_context io;

struct connection : any_program::counted {
    explicit connection(any_program::local_socket s) : socket(std::move(s)) {}
    any_program::local_socket socket;
    std::shared_ptr<connection> busy{};
};

std::vector<std::weak_ptr<connection>> known;
std::vector<std::shared_ptr<connection>> in_use;

void connect(bool stays) {
    auto const added = std::allocate_shared<connection>(
        std::pmr::polymorphic_allocator<connection>(&memory), any_program::abandoned_socket(io));
    added->busy = added;
    known.push_back(added);
    if (stays) {
        in_use.push_back(added);
    }
    auto const last = std::move(added->busy);  // leaves no ring behind
}

}  // namespace pool

int main(int argc, char** argv) {
    for (int i = 0; i != 10; ++i) {
        pool::connect(i % 5 == 0);
    }
    any_program::stay(argc, argv);
}
