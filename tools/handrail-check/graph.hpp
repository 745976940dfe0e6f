// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The path of a finding as a chain of things: what is drawn, as DOT and as SVG.
//
// The first thing is the resource. An arrow leads from each thing to the next; in a cycle one more
// leads from the last to the first. Thread safety: pure functions.

#pragma once

#include "checked.hpp"

#include <string>
#include <vector>

namespace handrail_check {

struct thing {
    std::string text;
    std::string place;  // "app.cc:41", if the text does not say it
    std::string arrow;  // what the arrow that leads here means; may be empty
};

struct chain {
    std::vector<thing> things;
    bool closed = false;  // the last one holds the first
};

chain chain_of(written::finding const& f);

// Returns: whether a drawing says more than a sentence.
bool worth_drawing(chain const& c);

}  // namespace handrail_check
