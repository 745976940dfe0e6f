// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A function's static object has a map to which connections are added, and from which none is
// erased.
//
// EXPECT: HR053 note count=12
// RESOURCE: unix
// LEFT: 12 objects, 15 descriptors
// NAMES: game::lobby::instance()::only ; players_ ; game::player::socket_
// NAMES-WITHOUT-DEBUG-INFO: game::lobby::instance()::only ; game::player
// NAMES-STRIPPED: game::player

#include "../case.hpp"
#include "../sockets.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

using boost::system::error_code;

namespace game {

class player : public std::enable_shared_from_this<player>, any_program::counted {
public:
    explicit player(any_program::local_socket socket) : socket_(std::move(socket)) {}

    void play() {
        socket_.async_receive(boost::asio::buffer(move_),
                              [self = shared_from_this()](error_code ec, std::size_t) {
                                  if (!ec) {
                                      self->play();
                                  }
                              });
    }

private:
    any_program::local_socket socket_;
    char move_[32];
};

class lobby {
public:
    static lobby& instance() {
        static lobby only;
        return only;
    }
    // example HR053
    void enter(std::string name, std::shared_ptr<player> who) {
        players_.emplace(std::move(name), std::move(who));  // LEAK
    }
    // end

private:
    std::map<std::string, std::shared_ptr<player>> players_;
};

}  // namespace game

int main(int argc, char** argv) {
    static boost::asio::io_context io;
    for (int i = 0; i != 12; ++i) {
        auto const who = std::make_shared<game::player>(any_program::abandoned_socket(io));
        game::lobby::instance().enter("player " + std::to_string(i), who);
        who->play();
    }
    io.run();
    any_program::stay(argc, argv);
}
