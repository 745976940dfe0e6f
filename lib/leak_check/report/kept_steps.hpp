// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What stays of a path that is too long: its beginning, its end, and between them how much was left
// out.

#pragma once

#include <cstddef>
#include <string>

namespace handrail::leak_check {

// In reports, whoever reads them. A path of a hundred thousand steps is a list somewhere: the
// others say no more than these.
inline constexpr std::size_t most_steps = 1000;

struct kept_steps {
    std::size_t first;  // how many at the beginning
    std::size_t left_out;
    std::size_t last;  // how many at the end
};

// most: with the one that says how many were left out.
constexpr kept_steps kept_of(std::size_t steps, std::size_t most, std::size_t last) noexcept {
    return steps <= most ? kept_steps{steps, 0, 0}
                         : kept_steps{most - 1 - last, steps - most + 1, last};
}
constexpr kept_steps kept_of(std::size_t steps) noexcept { return kept_of(steps, most_steps, 9); }

inline std::string left_out_text(std::size_t steps) {
    return "… " + std::to_string(steps) + " more steps";
}

}  // namespace handrail::leak_check
