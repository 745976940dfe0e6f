// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The order of findings in a report.
//
// Thread safety: pure functions.

#pragma once

#include "lib/leak_check/report/written_report.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace handrail::inspect {

// Effects: puts the most certain first, and among equals those with the same rule together.
inline void order(std::vector<leak_check::written::finding>& findings) {
    using leak_check::written::finding;
    auto const key = [](finding const& f) {
        return std::pair(-static_cast<int>(f.grade), std::string_view(f.id));
    };
    std::stable_sort(findings.begin(), findings.end(),
                     [&](finding const& a, finding const& b) { return key(a) < key(b); });
}

}  // namespace handrail::inspect
