// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The reading ends of pipes are forgotten when a command fails.
//
// EXPECT: HR052 possible count=2
// RESOURCE: pipe
// LEFT: 0 objects, 2 descriptors
// OPENED: shell::run

#include "../case.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <string>

namespace shell {

struct output {
    int from = -1;
    int to = -1;
};

[[gnu::noinline]] bool run(std::string const& command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    output const pipe{ends[0], ends[1]};
    ::close(pipe.to);
    if (command.empty()) {
        return false;  // LEAK
    }
    ::close(pipe.from);
    return true;
}

}  // namespace shell

int main(int argc, char** argv) {
    for (int i = 0; i != 2; ++i) {
        shell::run("");
        shell::run("true, or so it seems to me");  // its length is no number of a descriptor
    }
    any_program::stay(argc, argv);
}
