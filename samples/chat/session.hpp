// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One connection: commands and text in, lines out.
//
//     NAME who          sets the name; several connections may have the same one
//     JOIN room
//     TELL who text     to all connections of that name
//     STATS             how many connections and objects there are
//     QUIT
//     anything else     is sent to all rooms that were joined
//
// When the client leaves, nothing is undone: its rooms and its name still refer to the session, and
// the session to them. The coroutine of run() was the session's only root, so it is garbage as soon
// as nobody else in those rooms is connected, or as somebody has spoken there. Its socket ends with
// it.
//
// Thread safety: send(), hang_up() and left(): any thread. All else runs on one strand, the
//   socket's executor.

#pragma once

#include "audience.hpp"
#include "directory.hpp"
#include "ownership.hpp"
#include "tally.hpp"

#include <handrail/socket.hpp>

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

class session : public knows_itself<session>, public tallied<session> {
public:
    // Requires: made by chat::make; the socket's executor is a strand.
    session(handrail::tcp_socket socket, owned<directory> names);

    handrail::tcp_socket::executor_type get_executor() { return socket_.get_executor(); }

    // Requires: spawned on get_executor(), once. Ends when the client leaves.
    static boost::asio::awaitable<void> run(owned<session> self);

    void send(std::string line);
    // Effects: disconnects the client, so that run() ends.
    void hang_up();
    bool left() const noexcept { return left_.load(); }

private:
    static boost::asio::awaitable<void> write(owned<session> self);
    void enqueue(std::string line);
    bool obey(std::string_view line);
    void take_name(std::string const& name);
    std::string name() const;
    void join(std::string const& name);
    void say(std::string const& text);
    std::vector<owned<room>> rooms();

    handrail::tcp_socket socket_;
    owned<directory> const names_;  // no link: it has only weak references
    link<client> client_;
    links<std::vector<link<room>>> rooms_;
    std::string input_;
    std::deque<std::string> outbox_;
    std::atomic<bool> left_ = false;

public:
    using managed_edges = edges<&session::client_, &session::rooms_>;
};

}  // namespace chat
