// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "directory.hpp"

#include "session.hpp"

#include <algorithm>
#include <utility>

namespace chat {

void connections::add(owned<session> const& fresh) {
    std::lock_guard const hold(mutex_);
    std::erase_if(sessions_, [](known<session> const& each) { return each.expired(); });
    sessions_.emplace_back(fresh);
}

std::size_t connections::count() const {
    auto const all = sessions();
    return all.size() - std::count_if(all.begin(), all.end(),
                                      [](owned<session> const& each) { return each->left(); });
}

void connections::hang_up() {
    for (auto const& each : sessions()) {
        each->hang_up();
    }
}

std::vector<owned<session>> connections::sessions() const {
    std::lock_guard const hold(mutex_);
    std::vector<owned<session>> alive;
    for (auto const& each : sessions_) {
        if (auto found = each.lock()) {
            alive.push_back(std::move(found));
        }
    }
    return alive;
}

std::string directory::stats() const {
    return std::to_string(connected.count()) + " connected; " + std::to_string(client::alive()) +
           " clients, " + std::to_string(room::alive()) + " rooms, " +
           std::to_string(session::alive()) + " sessions";
}

}  // namespace chat
