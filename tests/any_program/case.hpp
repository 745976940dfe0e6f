// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the cases share: how they count what is left, and how they end.

#pragma once

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <cstdio>
#include <cstring>

namespace any_program {

// Small ints in memory could be numbers of descriptors, so counts do not begin at 0.
constexpr int none = 1'000'000;

// A base of the objects that a case counts.
struct counted {
    static inline int alive = none;
    counted() noexcept { ++alive; }
    counted(counted const&) noexcept { ++alive; }
    counted& operator=(counted const&) = default;
    ~counted() { --alive; }
};

inline int open_descriptors() {
    int open = none;
    for (int number = 0; number != 256; ++number) {
        open += ::fcntl(number, F_GETFD) != -1;
    }
    return open;
}

inline int const inherited_descriptors = open_descriptors();

// Prints what is left. With the argument "wait", the program then stays as it is until its standard
// input ends.
inline void stay(int argc, char** argv) {
    std::printf("%d objects, %d descriptors\n", counted::alive - none,
                open_descriptors() - inherited_descriptors);
    bool const wait = argc > 1 && std::strcmp(argv[1], "wait") == 0;
    if (wait) {
        // Where only a parent may trace (ptrace_scope is 1), handrail-check is none.
        ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
        std::puts("ready");
    }
    std::fflush(stdout);
    char ignored = 0;
    while (wait && ::read(STDIN_FILENO, &ignored, 1) == 1) {
    }
}

}  // namespace any_program
