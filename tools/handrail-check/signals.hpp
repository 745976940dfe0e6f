// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The signals that the tool takes while a program runs.
//
//     caught_signals const caught({SIGUSR2});
//     … start the program with caught.mask()
//     switch (caught.next(descriptor, 1000).number) …
//
// Thread safety: construct before there are other threads.

#pragma once

#include <handrail/handle.hpp>

#include <vector>

#include <signal.h>

namespace handrail_check {

struct caught_signal {
    int number = 0;              // 0: none
    bool from_terminal = false;  // which has sent it to the program as well
};

// While it exists, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD and those that are wanted besides are
// blocked until next() takes them. What the caller ignores (nohup) stays ignored, except for those
// that are wanted. Afterwards SIGINT and SIGQUIT are ignored, so that the key that ends the program
// does not keep the tool from showing what it has found.
class caught_signals {
public:
    // Errors: throws std::system_error.
    explicit caught_signals(std::vector<int> const& wanted);
    caught_signals(caught_signals const&) = delete;
    caught_signals& operator=(caught_signals const&) = delete;
    ~caught_signals();

    // Returns: the next signal; none once `other` is readable, or after so many milliseconds.
    // other: a descriptor, or -1. timeout: -1 is for ever.
    caught_signal next(int other, int timeout) const;

    // Returns: the next signal, if there is one now.
    caught_signal take() const;

    int poll_descriptor() const noexcept { return arrivals_.native_handle(); }

    // The caller's, for the program.
    sigset_t const& mask() const noexcept { return mask_; }

private:
    sigset_t awaited_;
    sigset_t mask_;
    handrail::descriptor arrivals_;
};

}  // namespace handrail_check
