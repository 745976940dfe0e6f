// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A fuzz target is one function and its claims. It is run in two ways: by libFuzzer (./dev fuzz),
// which looks for inputs, and by corpus.cpp, in every test run, over the inputs kept in corpus/.
//
// An input that broke a claim goes into corpus/ with its fix.

#pragma once

#include "lib/base/escaping.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace handrail_fuzz {

// Each target defines it. Effects: ends the program if a claim does not hold.
void run(std::string_view input);

// libFuzzer sees an abort as a crash, and keeps the input.
inline void claim(bool holds, char const* what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

inline bool is_printable(std::string_view text) {
    return handrail::detail::printable(text) == text;
}

}  // namespace handrail_fuzz
