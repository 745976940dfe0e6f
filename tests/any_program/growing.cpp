// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// For each line of its standard input, opens a file that a static container keeps, and says
// "ready". With the argument "handles", SIGINT ends it in order; with "reloads", it says "reloaded"
// at SIGHUP; with "few", there are 12 descriptors for it.

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <vector>

namespace growing {

std::vector<std::FILE*> all;

// Returns: whether a line was read.
bool read_line() {
    char letter = 0;
    while (::read(STDIN_FILENO, &letter, 1) == 1) {
        if (letter == '\n') {
            return true;
        }
    }
    return false;
}

void say_ready() {
    std::puts("ready");
    std::fflush(stdout);
}

}  // namespace growing

int main(int argc, char** argv) {
    using namespace growing;
    if (argc > 1 && std::strcmp(argv[1], "handles") == 0) {
        struct sigaction interrupts{};  // without SA_RESTART: read(2) ends
        interrupts.sa_handler = [](int) {};
        ::sigaction(SIGINT, &interrupts, nullptr);
    }
    if (argc > 1 && std::strcmp(argv[1], "reloads") == 0) {
        struct sigaction reloads{};
        reloads.sa_handler = [](int) {
            if (::write(STDOUT_FILENO, "reloaded\n", 9) != 9) {
                ::_exit(1);
            }
        };
        reloads.sa_flags = SA_RESTART;
        ::sigaction(SIGHUP, &reloads, nullptr);
    }
    if (argc > 1 && std::strcmp(argv[1], "few") == 0) {
        rlimit const few{12, 12};
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    say_ready();
    while (read_line()) {
        all.push_back(std::fopen("/dev/null", "w"));
        say_ready();
    }
}
