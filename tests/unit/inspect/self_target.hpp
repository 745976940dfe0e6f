// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The test's own process as an inspected program. Its memory is what it was when a region was first
// read.

#pragma once

#include "lib/inspect/memory/process_files.hpp"
#include "lib/inspect/memory/process_memory.hpp"
#include "lib/inspect/target/target.hpp"

#include <span>
#include <string>

#include <unistd.h>

namespace handrail_test {

class self_target final : public handrail::inspect::target {
public:
    handrail::inspect::memory const& memory() const override { return memory_; }
    std::span<handrail::inspect::thread const> threads() const override { return {}; }
    std::span<handrail::inspect::descriptor const> descriptors() const override { return {}; }
    bool knows_descriptors() const override { return false; }
    std::span<handrail::inspect::epoll_entry const> epoll_entries() const override { return {}; }
    std::string const& program() const override { return program_; }
    pid_t process() const override { return ::getpid(); }

private:
    handrail::inspect::process_memory memory_{
        ::getpid(),
        handrail::inspect::regions_of(
            handrail::inspect::read_process_file(::getpid(), "maps").value_or("")),
        {}};
    std::string program_ = handrail::inspect::link_target("/proc/self/exe");
};

}  // namespace handrail_test
