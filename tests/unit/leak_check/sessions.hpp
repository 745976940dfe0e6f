// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Sessions as real programs write them. Whether they leak depends on how a test uses them.

#pragma once

#include "full_level.hpp"

#include <functional>
#include <memory>
#include <string>

namespace handrail_test {

struct connection {
    handrail::file socket = open_null();
    std::function<void(std::string const&)> on_line;
};

struct session : std::enable_shared_from_this<session> {
    std::string peer = "198.51.100.7";
    std::unique_ptr<connection> link = std::make_unique<connection>();

    void start() {
        link->on_line = [self = shared_from_this(), prefix = std::string("> ")](auto const& line) {
            self->peer = prefix + line;
        };
    }
};

// Two callback slots, of which stop() resets one only: a common mistake.
struct subscription : std::enable_shared_from_this<subscription> {
    handrail::file socket = open_null();
    std::function<void()> on_data, on_error;

    void start() {
        on_data = [self = shared_from_this()] { self->stop(); };
        on_error = [self = shared_from_this()] { self->stop(); };
    }
    void stop() { on_data = nullptr; }
};

}  // namespace handrail_test
