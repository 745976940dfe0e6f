// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The shared library of inlined.cpp.

#include "inlined.hpp"

[[gnu::visibility("default")]] void serve_in_library(char const* path);

void serve_in_library(char const* path) {
    serve(path);
    static bool served = false;
    served = true;  // after the call, which therefore stays on the stack
    static_cast<void>(served);
}
