// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Where a cycle begins that has no first element, so that equal cycles read the same.
//
// Thread safety: pure functions.

#pragma once

#include <algorithm>
#include <cstddef>

namespace handrail::leak_check {

// Returns: where the least of all rotations of so many things begins. compare(i, j) is below, equal
//   to or above 0, as std::strcmp. Linear: of two candidates, the greater one is given up together
//   with all those before the difference.
template <class Compare>
std::size_t least_rotation(std::size_t size, Compare compare) noexcept {
    std::size_t a = 0, b = 1, equal = 0;
    while (a < size && b < size && equal < size) {
        int const order = compare((a + equal) % size, (b + equal) % size);
        if (order == 0) {
            ++equal;
            continue;
        }
        (order > 0 ? a : b) += equal + 1;
        b += a == b ? 1 : 0;
        equal = 0;
    }
    return std::min(a, b);
}

}  // namespace handrail::leak_check
