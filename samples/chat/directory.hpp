// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Rooms and clients by their names, and all connections. The directory has only weak references:
// rooms and clients exist as long as a session is in them.
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
    // Returns: the object of that name, or a new one if none is alive.
    owned<T> find_or_make(std::string const& name) {
        std::lock_guard const hold(mutex_);
        auto found = by_name_[name].lock();
        if (!found) {
            found = make<T>(name);
            by_name_[name] = found;
            std::erase_if(by_name_, [](auto const& each) { return each.second.expired(); });
        }
        return found;
    }

private:
    std::mutex mutex_;
    std::map<std::string, known<T>> by_name_;
};

class connections {
public:
    void add(owned<session> const& fresh);
    // Returns: the number of clients that have not left.
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

    // Returns: "0 connected; 0 clients, 0 rooms, 0 sessions", the number of all objects.
    std::string stats() const;
};

}  // namespace chat
