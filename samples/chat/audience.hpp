// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Named sets of sessions: a room has those that joined it, a client has one for each of its
// connections. The sessions refer back to both: these are chat's cycles.
//
// Thread safety: any thread.

#pragma once

#include "ownership.hpp"
#include "tally.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace chat {

class session;

class audience {
public:
    explicit audience(std::string name);
    audience(audience const&) = delete;
    audience& operator=(audience const&) = delete;

    std::string const& name() const noexcept { return name_; }

    // Effects: adds the session, unless it is a member already. Returns: how many there are now.
    std::size_t add(owned<session> const& who);
    void remove(owned<session> const& who);

    // Effects: sends the line to all sessions, and removes those whose client has left.
    void broadcast(std::string const& line);

protected:
    ~audience() = default;

private:
    std::vector<owned<session>> present();

    std::string const name_;
    links<std::vector<link<session>>> sessions_;

public:
    using managed_edges = edges<&audience::sessions_>;
};

class room : public audience, public tallied<room> {
public:
    using audience::audience;
    using managed_edges = edges<>::with<audience>;
};

class client : public audience, public tallied<client> {
public:
    using audience::audience;
    using managed_edges = edges<>::with<audience>;
};

}  // namespace chat
