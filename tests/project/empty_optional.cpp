// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reads the value of an empty optional, a mistake that only the standard library's assertions
// notice.

#include <cstdlib>
#include <optional>

int main(int argc, char**) {
    std::optional<int> none;
    if (argc > 1000) {
        none = argc;
    }
    return *none == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
