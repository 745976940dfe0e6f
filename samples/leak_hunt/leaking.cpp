// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The session as it was first written.

#include "session.hpp"

#include <handrail/cleanup.hpp>

#include <iostream>

namespace leak_hunt {

// When the connection is closed, says how much went over it.
void session::log_the_end() {
    handrail::add_cleanup(socket_, handrail::capturing([self = shared_from_this()] {
                              std::cout << self->peer_ << ": " << *self->echoed_ << " bytes"
                                        << std::endl;
                          }));
}

}  // namespace leak_hunt
