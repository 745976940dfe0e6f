// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A room has its members in an unordered map, and each of them owns the room.
//
// EXPECT: HR050 certain count=3
// EXPECT-STRIPPED: HR050 certain|possible count=3
// RESOURCE: unix
// LEFT: 3 objects, 3 descriptors
// NAMES: talk::room::members_ ; talk::member::room_ ; talk::room
// NAMES: talk::member::socket_
// NAMES-WITHOUT-DEBUG-INFO: talk::room ; talk::member

#include "../case.hpp"
#include "../sockets.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace talk {

class room;

class member : any_program::counted {
public:
    member(any_program::local_socket socket, std::shared_ptr<room> in)
        : socket_(std::move(socket)), room_(std::move(in)) {}

private:
    any_program::local_socket socket_;
    std::shared_ptr<room> room_;
};

class room : public std::enable_shared_from_this<room> {
public:
    void join(std::string const& name, any_program::local_socket socket) {
        members_[name] = std::make_shared<member>(std::move(socket), shared_from_this());  // LEAK
    }

private:
    std::unordered_map<std::string, std::shared_ptr<member>> members_;
};

[[gnu::noinline]] void meet() {
    boost::asio::io_context io;
    auto const kitchen = std::make_shared<room>();
    for (char const* name : {"ann", "bob", "someone whose name is longer than others'"}) {
        kitchen->join(name, any_program::abandoned_socket(io));
    }
}

}  // namespace talk

int main(int argc, char** argv) {
    talk::meet();
    any_program::stay(argc, argv);
}
