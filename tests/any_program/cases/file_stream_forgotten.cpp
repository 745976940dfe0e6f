// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A function opens a FILE and returns early without closing it. The C library's list of streams
// has it, and nobody else.
//
// EXPECT: HR052 possible count=3
// RESOURCE: /dev/null
// LEFT: 0 objects, 3 descriptors
// OPENED: theme::first_line

#include "../case.hpp"

#include <cstdio>
#include <string>

namespace theme {

[[gnu::noinline]] std::string first_line(char const* name) {
    std::FILE* const file = std::fopen(name, "re");
    char line[64];
    if (file == nullptr || std::fgets(line, sizeof line, file) == nullptr) {
        return {};  // LEAK
    }
    std::fclose(file);
    return line;
}

}  // namespace theme

int main(int argc, char** argv) {
    for (int i = 0; i != 3; ++i) {
        theme::first_line("/dev/null");
    }
    any_program::stay(argc, argv);
}
