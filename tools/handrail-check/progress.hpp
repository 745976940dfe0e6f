// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A line on a terminal about work that takes more than a second.
//
//     progress shown("process 4711");
//     while (!wait_for_work(shown.timeout())) {
//         shown.update();     // "handrail-check: looking at process 4711, 3 s"
//     }                       // and the line disappears
//
// Thread safety: none.

#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace handrail_check {

class progress {
public:
    // Nothing is shown if the name is empty, or if standard error is no terminal.
    explicit progress(std::string name);
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;
    ~progress();

    // Returns: for poll(2), the milliseconds until update() has something new to show; -1: never.
    int timeout() const noexcept;
    void update() noexcept;

private:
    using clock = std::chrono::steady_clock;
    void replace_line(std::string const& text) noexcept;

    std::string name_;
    clock::time_point begin_ = clock::now();
    clock::time_point next_ = begin_ + std::chrono::seconds(1);
    std::size_t width_ = 0;  // of the line that is shown
};

}  // namespace handrail_check
