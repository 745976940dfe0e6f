// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Rooms and clients by their names, and the connections there are. All are known weakly: rooms and
// clients exist as long as somebody is in them.
//
// Thread safety: any thread.

#pragma once

#include "audience.hpp"
#include "ownership.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace chat {

template <class T>
class names {
public:
    // Returns: the one of that name that is alive, or a new one.
    owned<T> find_or_make(std::string const& name) {
        std::lock_guard const hold(mutex_);
        auto found = places_[name].lock();
        if (!found) {
            found = make<T>(name);
            places_[name] = found;
            std::erase_if(places_, [](auto const& each) { return each.second.expired(); });
        }
        return found;
    }

private:
    std::mutex mutex_;
    std::map<std::string, known<T>> places_;
};

class connections {
public:
    void add(owned<session> const& fresh);
    // Returns: how many clients have not left.
    std::size_t count() const;
    void hang_up();

private:
    std::vector<owned<session>> sessions() const;

    mutable std::mutex mutex_;
    std::vector<known<session>> sessions_;
};

struct directory {
    names<room> rooms;
    names<client> clients;
    connections connected;

    // Returns: "0 connected; 0 clients, 0 rooms, 0 sessions": of objects, all that exist.
    std::string stats() const;
};

}  // namespace chat
