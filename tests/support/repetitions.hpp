// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How often a long test repeats its steps.
//
//     constexpr int rounds = handrail_test::repetitions(1'000'000);

#pragma once

namespace handrail_test {

// Returns: n; a tenth of it under AddressSanitizer, where a step takes many times as long. Whether
//   a race is lost depends on the number of steps, which the other builds do in full.
template <class Integer>
constexpr Integer repetitions(Integer n) {
#ifdef __SANITIZE_ADDRESS__
    return n / 10;
#else
    return n;
#endif
}

}  // namespace handrail_test
