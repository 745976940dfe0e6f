// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The session after its repair.

#include "session.hpp"

#include <handrail/cleanup.hpp>

#include <iostream>

namespace leak_hunt {

// When the connection is closed, says how much went over it.
void session::log_the_end() {
    handrail::add_cleanup(
        socket_,
        [](std::string const& peer, std::shared_ptr<std::size_t> const& echoed) {
            std::cout << peer << ": " << *echoed << " bytes" << std::endl;
        },
        peer_, echoed_);
}

}  // namespace leak_hunt
