// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A global cache keeps the three connections that were used last; sixty went through it.
//
// SILENT
// LEFT: 3 objects, 6 descriptors

#include "../case.hpp"
#include "../sockets.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

namespace store {

struct connection : any_program::counted {
    connection(int number, any_program::local_socket s) : shard(number), socket(std::move(s)) {}
    int shard;
    any_program::local_socket socket;
};

class cache {
public:
    std::shared_ptr<connection> to(int shard) {
        auto const same = [=](auto const& known) { return known->shard == shard; };
        if (auto const at = std::find_if(recent_.begin(), recent_.end(), same);
            at != recent_.end()) {
            return *at;
        }
        recent_.push_back(std::make_shared<connection>(shard, any_program::abandoned_socket(io_)));
        if (recent_.size() > most) {
            recent_.pop_front();
        }
        return recent_.back();
    }

private:
    static constexpr std::size_t most = 3;
    boost::asio::io_context io_;
    std::deque<std::shared_ptr<connection>> recent_;
};

cache connections;

}  // namespace store

int main(int argc, char** argv) {
    for (int shard = 0; shard != 60; ++shard) {
        store::connections.to(shard);
    }
    any_program::stay(argc, argv);
}
