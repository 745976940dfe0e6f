// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "audience.hpp"

#include "session.hpp"

#include <algorithm>
#include <utility>

namespace chat {

audience::audience(std::string name) : name_(std::move(name)) {}

std::size_t audience::add(owned<session> const& who) {
    auto sessions = sessions_.write();
    if (std::find(sessions->begin(), sessions->end(), who) == sessions->end()) {
        sessions->push_back(who);
    }
    return sessions->size();
}

void audience::remove(owned<session> const& who) {
    auto sessions = sessions_.write();
    std::erase(*sessions, who);
}

void audience::broadcast(std::string const& line) {
    for (auto const& each : present()) {
        each->send(line);
    }
}

std::vector<owned<session>> audience::present() {
    auto sessions = sessions_.write();
    std::erase_if(*sessions, [](link<session> const& each) { return each->left(); });
    return {sessions->begin(), sessions->end()};
}

}  // namespace chat
