// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A managed object with a handle in it, and a leak of one, for tests of how a check behaves.

#pragma once

#include "full_level.hpp"

namespace handrail_test {

struct session {
    int number = 1;
    handrail::file socket = open_null();
};

// While one exists, there is one certain leak.
struct leak {
    handrail::shared<session> held = handrail::make<session>();
    handrail::cleanup token =
        handrail::add_cleanup(held, handrail::capturing([s = held] { (void)s; }));
    leak() = default;
    leak(leak const&) = delete;
    leak& operator=(leak const&) = delete;
    ~leak() { token.stop(); }
};

}  // namespace handrail_test
