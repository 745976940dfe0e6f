// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Types for the tests of managed objects.

#pragma once

#include "tests/support/owners.hpp"

#include <handrail/shared.hpp>

#include <string>
#include <utility>
#include <vector>

namespace heap_test {

using handrail::make;
using handrail::shared;
using handrail::weak;
using handrail_test::clean_log;
using handrail_test::note;
using handrail_test::take_events;
using lines = std::vector<std::string>;

// Its destructor records an event.
struct noting {
    std::string name;
    explicit noting(std::string n) : name(std::move(n)) {}
    noting(noting const&) = delete;
    noting& operator=(noting const&) = delete;
    ~noting() { note("~" + name); }
};

struct base {
    int b = 1;
    virtual ~base() = default;
};
struct other_base {
    int o = 2;
    virtual ~other_base() = default;
};
struct derived : base, other_base {
    int d = 3;
};

}  // namespace heap_test
