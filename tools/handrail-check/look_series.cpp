// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "look_series.hpp"

#include "output.hpp"
#include "symbols.hpp"

#include "lib/leak_check/report/written_text.hpp"

#include <utility>

namespace handrail_check {

void look_series::add(written::report report) {
    if (first_) {
        first_->mark_growth(report, clock::now() - begin_);
    } else {
        first_.emplace(report);
        begin_ = clock::now();
    }
    last_ = std::move(report);
    ++count_;
    shown_ = false;
}

void look_series::show(std::string const& name, std::string const& colour) {
    say("look " + std::to_string(count_) + " at " + name + ":");
    print(to_text(last_, style_of_stderr(colour), names_hint));
    shown_ = true;
}

source look_series::take(std::string name) {
    return {.name = std::move(name), .report = std::move(last_), .is_shown = shown_};
}

}  // namespace handrail_check
