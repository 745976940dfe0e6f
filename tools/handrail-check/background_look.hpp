// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A look on a thread of its own, so that the tool can do something else meanwhile: pass on signals,
// and say on a terminal what takes so long.
//
//     report = look_in_background("process 4711", look, {{caught.poll_descriptor(), pass_on}});
//
// Thread safety: call it on one thread.

#pragma once

#include "checked.hpp"

#include <functional>
#include <string>
#include <vector>

namespace handrail_check {

// What to do during a look, whenever the descriptor is readable.
struct interruption {
    int descriptor = -1;
    std::function<void()> handle;
};

// name: what is looked at; empty: nothing is shown.
// Returns: what `look` returns. Errors: throws what it throws, and std::system_error.
written::report look_in_background(std::string const& name,
                                   std::function<written::report()> const& look,
                                   std::vector<interruption> const& meanwhile = {});

}  // namespace handrail_check
