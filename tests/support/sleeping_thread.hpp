// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Whether a thread sleeps in the kernel. With it a test waits until another thread or process
// blocks, instead of sleeping itself for a time that is hoped to be enough.

#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include <sys/types.h>

namespace handrail_test {

// The state is the letter behind the name in parentheses: proc_pid_stat(5).
inline bool is_sleeping(pid_t thread) {
    std::ifstream in("/proc/" + std::to_string(thread) + "/stat");
    std::string const text((std::istreambuf_iterator<char>(in)), {});
    auto const name_ends = text.rfind(')');
    return name_ends != std::string::npos && text.compare(name_ends, 3, ") S") == 0;
}

}  // namespace handrail_test
