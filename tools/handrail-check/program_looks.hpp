// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Looks from outside at the program that run() runs: when it asks, which it does at its end, and
// before the tool passes on a signal, which may end it. A process that leaves a report of its own is not looked at: it uses handrail,
// and knows more. no_inspect.cpp has the same class for a build without elfutils, which never looks.
//
// Thread safety: none.

#pragma once

#include "options.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace handrail_check {

class program_looks {
public:
    // own_reports: the directory in which processes that use handrail leave their reports.
    program_looks(options const& wanted, std::filesystem::path own_reports, bool may_preload);
    program_looks(program_looks const&) = delete;
    program_looks& operator=(program_looks const&) = delete;
    ~program_looks();

    // Returns: the library to preload; empty if the program cannot be looked at.
    std::string const& library() const noexcept { return library_; }
    // Returns: what the library needs to find in its environment: "NAME=value".
    std::string environment() const;

    // To be called when the program has been started.
    void started() noexcept;
    // For poll(2); -1 if the program cannot be looked at.
    int poll_descriptor() const noexcept;
    // Effects: looks at each process that asks now, and lets it go on.
    void serve();
    // Effects: looks at the program. A look that it asks for later replaces this one.
    void before_signal(pid_t process);

    // Returns: the last report of each process, by its number, and why others have none.
    std::map<pid_t, written::report> reports;
    std::vector<std::string> missing;

private:
    class requests;

    void look(pid_t process);
    bool uses_handrail(pid_t process) const;

    options const& wanted_;
    std::filesystem::path own_reports_;
    std::string library_;
    std::unique_ptr<requests> requests_;
};

}  // namespace handrail_check
