// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Loaded by endings.cpp.

#include <unistd.h>

extern "C" [[gnu::visibility("default")]] int make_descriptor() {
    int const made = ::dup(0);
    return made;
}
