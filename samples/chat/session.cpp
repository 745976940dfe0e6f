// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace chat {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_line = 4096;
constexpr std::size_t max_waiting = 1000;  // lines for a client that does not read

// Returns: the first word, and what comes after it.
std::pair<std::string, std::string> split(std::string_view text) {
    auto const end = std::min(text.find(' '), text.size());
    auto const rest = std::min(text.find_first_not_of(' ', end), text.size());
    return {std::string(text.substr(0, end)), std::string(text.substr(rest))};
}

// Effects: removes the first line, of size bytes, from input. Returns: it, without its end.
std::string take_line(std::string& input, std::size_t size) {
    std::string line = input.substr(0, size);
    input.erase(0, size);
    while (line.ends_with('\n') || line.ends_with('\r')) {
        line.pop_back();
    }
    return line;
}

}  // namespace

session::session(handrail::tcp_socket socket, owned<directory> names)
    : socket_(std::move(socket)), names_(std::move(names)) {}

asio::awaitable<void> session::run(owned<session> self) {
    for (bool more = true; more;) {
        auto const [ec, size] = co_await asio::async_read_until(
            self->socket_, asio::dynamic_buffer(self->input_, max_line), '\n', awaited);
        more = !ec.failed() && self->obey(take_line(self->input_, size));
    }
    self->left_.store(true);
}

bool session::obey(std::string_view line) {
    auto const [command, rest] = split(line);
    if (command == "QUIT") {
        send("* bye");
        return false;
    }
    if (command == "NAME" && !rest.empty()) {
        take_name(rest);
    } else if (command == "JOIN" && !rest.empty()) {
        join(rest);
    } else if (command == "TELL") {
        auto const [who, text] = split(rest);
        names_->clients.find_or_make(who)->broadcast(name() + " to you: " + text);
    } else if (command == "STATS") {
        send("* " + names_->stats());
    } else if (!line.empty()) {
        say(std::string(line));
    }
    return true;
}

void session::take_name(std::string const& name) {
    auto const self = shared_from_this();
    if (client_) {
        client_->remove(self);
    }
    client_ = names_->clients.find_or_make(name);
    client_->add(self);
    send("* you are " + name);
}

std::string session::name() const { return client_ ? client_->name() : "somebody"; }

void session::join(std::string const& name) {
    auto const wanted = names_->rooms.find_or_make(name);
    auto const count = wanted->add(shared_from_this());
    {
        auto rooms = rooms_.write();
        if (std::find(rooms->begin(), rooms->end(), wanted) == rooms->end()) {
            rooms->push_back(wanted);
        }
    }
    send("* joined " + name + ", " + std::to_string(count) + " here");
}

void session::say(std::string const& text) {
    for (auto const& each : rooms()) {
        each->broadcast(each->name() + " " + name() + ": " + text);
    }
}

std::vector<owned<room>> session::rooms() {
    auto rooms = rooms_.read();
    return {rooms->begin(), rooms->end()};
}

void session::send(std::string line) {
    asio::post(get_executor(),
               [self = shared_from_this(), text = std::move(line) + "\n"]() mutable {
                   self->enqueue(std::move(text));
               });
}

void session::enqueue(std::string line) {
    if (outbox_.size() == max_waiting) {
        hang_up();
        return;
    }
    outbox_.push_back(std::move(line));
    if (outbox_.size() == 1) {
        asio::co_spawn(get_executor(), write(shared_from_this()), asio::detached);
    }
}

asio::awaitable<void> session::write(owned<session> self) {
    while (!self->outbox_.empty()) {
        auto const [ec, size] =
            co_await asio::async_write(self->socket_, asio::buffer(self->outbox_.front()), awaited);
        if (ec.failed()) {
            self->outbox_.clear();
        } else {
            self->outbox_.pop_front();
        }
    }
}

// A shutdown ends the operations of run() and write(). The session keeps the descriptor.
void session::hang_up() {
    asio::post(get_executor(), [self = shared_from_this()] {
        error_code ignored;  // the client may be gone already
        self->socket_.shutdown(handrail::tcp_socket::shutdown_both, ignored);
    });
}

}  // namespace chat
