// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The program of inlined.hpp. With IN_A_LIBRARY, a shared library opens the file.

#ifdef IN_A_LIBRARY
void serve_in_library(char const* path);
#else
#include "inlined.hpp"
#endif

int main(int argc, char**) {
    char const* const path = argc == 1 ? "/dev/null" : "/dev/zero";
#ifdef IN_A_LIBRARY
    serve_in_library(path);  // called
#else
    serve(path);  // called
#endif
    return 0;
}
