// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "tests/unit/inspect/targets/more_shapes.hpp"

namespace {

struct hidden {
    virtual ~hidden() = default;
    long in_more_shapes[4] = {};
};

}  // namespace

void const* other_hidden() { return new hidden; }
