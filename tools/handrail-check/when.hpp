// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// When to look at a program: the values of --when.
//
//     look_times const times = parse_when({"after=30s", "exit"});
//     look_clock clock(times, look_clock::now());
//     … poll(…, clock.timeout(look_clock::now())), and then
//     if (clock.take_due(look_clock::now())) { look }
//
// Thread safety: none.

#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace handrail_check {

struct look_times {
    bool is_default = true;                          // nothing was said
    bool exit = false;                               // at the end of the program
    bool emfile = false;                             // when a call fails for lack of descriptors
    int descriptors = 0;                             // when so many are open; 0: never
    std::vector<int> signals{};                      // when the tool gets one of these
    std::vector<std::chrono::milliseconds> after{};  // since the start
    std::chrono::milliseconds every{0};              // 0: never

    bool has_signal(int number) const noexcept;
    bool has_time() const noexcept { return !after.empty() || every.count() != 0; }
};

// values: of --when; none: at the end.
// Errors: throws std::runtime_error with a sentence that says what is accepted.
look_times parse_when(std::vector<std::string> const& values);

// The looks that are due at some time.
class look_clock {
public:
    using time_point = std::chrono::steady_clock::time_point;
    static time_point now() noexcept { return std::chrono::steady_clock::now(); }

    look_clock(look_times const&, time_point start);

    // Returns: for poll(2), the milliseconds until the next look; -1: there is none.
    int timeout(time_point now) const noexcept;

    // Returns: whether a look is due. Those that were missed meanwhile are one with it.
    bool take_due(time_point now) noexcept;

private:
    std::vector<time_point> once_;
    std::chrono::milliseconds every_;
    time_point next_;  // of every_
};

}  // namespace handrail_check
