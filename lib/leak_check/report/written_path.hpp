// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A path as people read it: the text of its steps; long paths, folded or shortened.
//
// Thread safety: pure functions.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace handrail::leak_check::written {

// Returns: the parts of a step's text, at least one; a line may be broken between them.
std::vector<std::string> step_parts(step const& s);
// Returns: the parts, joined by " -> ".
std::string step_text(step const& s);

// A path as people are shown it: steps, and between them how many are omitted.
struct shown_step {
    step const* what;  // null: steps are omitted here
    std::uint64_t omitted = 0;
    bool alike = false;  // the omitted steps repeat those before them
};

// "… 47 more like these", "… 31 more steps".
std::string omitted_text(shown_step const& s);

// Returns: at most 20. Of a step, or of a group of two or three steps, that is repeated more than
//   four times, the first two, how many more there are, and the last; of more than 20 that remain,
//   the first 15, how many more there are, and the last four. Steps repeat each other if they have
//   the same structure: all parts but the names of things are equal. They point into path.
std::vector<shown_step> folded(std::span<step const> path);

// Returns: at most max_steps steps (kept_steps.hpp). For paths that the tool has read or found;
//   those of the library's own checks are short enough.
std::vector<step> shortened(std::span<step const> path);

}  // namespace handrail::leak_check::written
