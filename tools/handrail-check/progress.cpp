// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "progress.hpp"

#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/write_out.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <unistd.h>

namespace handrail_check {

using handrail::leak_check::written::write_out;

progress::progress(std::string name)
    : name_(::isatty(STDERR_FILENO) == 1 ? std::move(name) : std::string()) {}

progress::~progress() {
    if (width_ != 0) {
        replace_line("");
    }
}

int progress::timeout() const noexcept {
    if (name_.empty()) {
        return -1;
    }
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(next_ - clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void progress::update() noexcept {
    if (name_.empty() || clock::now() < next_) {
        return;
    }
    next_ += std::chrono::seconds(1);
    auto const seconds =
        std::chrono::duration_cast<std::chrono::seconds>(clock::now() - begin_).count();
    replace_line("handrail-check: looking at " + handrail::detail::printable(name_) + ", " +
                 std::to_string(seconds) + " s");
}

// Blanks, and not a control sequence: every terminal knows them. What cannot be written is not
// shown.
void progress::replace_line(std::string const& text) noexcept {
    std::string const blanks(width_, ' ');
    width_ = text.size();
    static_cast<void>(write_out(STDERR_FILENO, "\r" + blanks + "\r" + text));
}

}  // namespace handrail_check
