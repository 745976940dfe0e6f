// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Looks from outside at the program that run() runs: when it asks, which it does at its end, before
// the tool passes on a signal that may end it, and when --when says. A process that leaves a report
// of its own is not looked at: it uses handrail, and knows more. no_inspect.cpp has the same class
// for a build without elfutils, which never looks.
//
// Thread safety: none.

#pragma once

#include "background_look.hpp"
#include "look_requests.hpp"
#include "look_series.hpp"
#include "options.hpp"
#include "when.hpp"

#include <deque>
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

    // To be called when the program has been started. meanwhile: what to do during a look.
    void started(pid_t program, interruption meanwhile);
    // For poll(2); -1 if the program cannot be looked at.
    int poll_descriptor() const noexcept;
    // For poll(2): the milliseconds until look_if_it_is_time() has to be called; -1: never.
    int timeout() const noexcept;
    void look_if_it_is_time();
    // Effects: looks at each process that asks now, and lets it go on.
    void serve();
    // Effects: looks at the program if that is wanted before it gets this signal.
    void before_signal(int number);
    // Effects: looks at the program, as --when says.
    void look_now();

    // Effects: moves the last report of each process, and why others have none.
    void add_to(check_result& result);

private:
    class requests;

    struct sent_signal {
        pid_t process = 0;
        int number = 0;

        bool operator==(sent_signal const&) const = default;
    };

    void serve(look_request const& request);
    void serve_during_a_look();
    bool is_for_looked_before(look_request const& request) const noexcept;
    bool is_wanted(look_request const& request) const;
    bool is_wanted_before(int number) const noexcept;
    // at_the_end: of the program; the report is shown when it has ended.
    void look(pid_t process, bool at_the_end);
    bool uses_handrail(pid_t process) const;

    options const& wanted_;
    std::filesystem::path own_reports_;
    std::string library_;
    std::unique_ptr<requests> requests_;
    std::deque<look_request> waiting_;  // have asked during a look at another process
    pid_t program_ = 0;
    interruption meanwhile_;
    look_clock clock_;
    sent_signal looked_before_;  // one that is to be passed on
    std::map<pid_t, look_series> looks_;
    bool has_looked_ = false;  // or has tried to
    std::vector<std::string> missing_;
};

}  // namespace handrail_check
