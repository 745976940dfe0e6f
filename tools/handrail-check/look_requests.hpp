// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that runs with libhandrail_preload.so asks to be looked at, at its end or when it runs
// out of descriptors, and waits for the answer.
//
//     look_requests requests({.emfile = true});
//     … start the program with requests.environment() and LD_PRELOAD
//     requests.started();
//     … whenever requests.poll_descriptor() is readable, and once more when the program has ended:
//     while (std::optional<look_request> const request = requests.next()) {
//         look_at(request->process);
//         requests.answer(*request);
//     }
//
// Invariants:
//  1. Which process asks is what the kernel says (SCM_CREDENTIALS), in the tool's own namespace.
//  2. Nothing waits: a program that sends garbage, never reads, or sends no end is left alone.
//
// Thread safety: none.

#pragma once

#include "lib/preload/layout.hpp"

#include <handrail/handle.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

namespace handrail_check {

// When the program asks, besides at its end. No option of the tool sets children yet; tests do.
struct look_triggers {
    int descriptors = 0;    // so many are open; 0: never
    bool emfile = false;    // a call fails with EMFILE
    bool signals = false;   // one arrives that ends the program
    bool children = false;  // and its children do the same
};

struct look_request {
    pid_t process = 0;
    handrail::preload::look_reason why{};
    int signal = 0;                                       // its number if that is why
    std::shared_ptr<handrail::descriptor const> channel;  // for answer()
};

class look_requests {
public:
    // Errors: throws std::system_error.
    explicit look_requests(look_triggers const&);

    // Returns: "HANDRAIL_INSPECT=…", which the program has to find in its environment; the library
    //   removes it there.
    std::string environment() const;

    // To be called when the program has been started, with the descriptors of the tool that are not
    // close-on-exec.
    void started() noexcept;

    // For poll(2): readable when next() has something to do.
    int poll_descriptor() const noexcept { return ready_.native_handle(); }

    // Returns: nothing if no program asks now.
    std::optional<look_request> next();

    // Effects: the program goes on. A program that has ended meanwhile is no error.
    void answer(look_request const&) noexcept;

private:
    void add(handrail::descriptor channel);
    std::optional<look_request> received(int number);

    look_triggers triggers_;
    handrail::descriptor ready_;         // an epoll instance of all channels
    handrail::descriptor programs_end_;  // inherited by the program
    // Of each process that asks, by its number. A request keeps the number from being used again.
    std::map<int, std::shared_ptr<handrail::descriptor const>> channels_;
};

}  // namespace handrail_check
