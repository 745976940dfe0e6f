// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How much of a path that is too long is kept: its beginning, its end, and between them a step that
// says how many are omitted.

#pragma once

#include <cstddef>
#include <vector>

namespace handrail::leak_check {

// In every report. A path of a hundred thousand steps is a list somewhere: more steps would tell a
// reader nothing new.
inline constexpr std::size_t max_steps = 1000;

struct kept_steps {
    std::size_t first;  // how many at the beginning
    std::size_t omitted;
    std::size_t last;  // how many at the end
};

// max: including the step that says how many are omitted.
constexpr kept_steps kept_of(std::size_t steps, std::size_t max, std::size_t last) noexcept {
    return steps <= max ? kept_steps{steps, 0, 0}
                        : kept_steps{max - 1 - last, steps - max + 1, last};
}
constexpr kept_steps kept_of(std::size_t steps) noexcept {
    constexpr std::size_t at_end = 9;
    return kept_of(steps, max_steps, at_end);
}

// Returns: the path without the omitted steps. make(i) makes the step with this index; omission()
//   makes the one that says how many are omitted, and is called only if some are.
template <class Make, class Omission>
auto shortened_path(kept_steps const& kept, Make make, Omission omission) {
    std::vector<decltype(make(std::size_t{}))> path;
    path.reserve(kept.first + 1 + kept.last);
    for (std::size_t i = 0; i != kept.first; ++i) {
        path.push_back(make(i));
    }
    if (kept.omitted != 0) {
        path.push_back(omission());
    }
    std::size_t const last = kept.first + kept.omitted;
    for (std::size_t i = last; i != last + kept.last; ++i) {
        path.push_back(make(i));
    }
    return path;
}

}  // namespace handrail::leak_check
