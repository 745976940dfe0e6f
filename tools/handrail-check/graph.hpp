// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The path of a finding as a chain of things, which DOT and SVG draw.
//
// The first thing is the resource, or an object around it where the path begins. An arrow leads
// from each thing to the next one; if the path is a cycle, one more leads from the last to the
// first. Long paths are folded (written_path.hpp): a thing may stand for steps that are omitted.
//
// Thread safety: pure functions.

#pragma once

#include "checked.hpp"

#include <string>
#include <vector>

namespace handrail_check {

struct thing {
    std::string text;
    std::string location{};  // "app.cc:41", if the text does not say it
    std::string arrow{};     // what the arrow that leads here means; may be empty
};

struct chain {
    std::vector<thing> things;
    bool closed = false;  // the last one keeps the first alive
};

chain chain_of(written::finding const& f);

// Returns: whether a drawing shows more than a sentence says.
bool worth_drawing(chain const& c);

}  // namespace handrail_check
