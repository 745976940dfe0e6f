// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Long paths, folded.

#include "lib/leak_check/report/kept_steps.hpp"
#include "lib/leak_check/report/written_report.hpp"

#include <cstddef>
#include <span>

namespace handrail::leak_check::written {

namespace {

constexpr std::size_t most_alike = 4;
constexpr std::size_t most_shown = 20;
constexpr std::size_t shown_at_end = 4;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Whether they differ in numbers alone.
bool equal_but_for_numbers(std::string_view a, std::string_view b) noexcept {
    std::size_t i = 0, j = 0;
    while (i != a.size() && j != b.size()) {
        if (is_digit(a[i]) && is_digit(b[j])) {
            while (i != a.size() && is_digit(a[i])) {
                ++i;
            }
            while (j != b.size() && is_digit(b[j])) {
                ++j;
            }
        } else if (a[i++] != b[j++]) {
            return false;
        }
    }
    return i == a.size() && j == b.size();
}

bool alike(step const& a, step const& b) noexcept {
    return a.where == b.where && a.evidence == b.evidence && equal_but_for_numbers(a.text, b.text);
}

// Returns: how many at the beginning are alike.
std::size_t run_of(std::span<step const> path) noexcept {
    std::size_t n = 1;
    while (n != path.size() && alike(path[n - 1], path[n])) {
        ++n;
    }
    return n;
}

void append(std::vector<step>& to, std::span<step const> steps) {
    to.insert(to.end(), steps.begin(), steps.end());
}

}  // namespace

std::vector<step> folded(std::span<step const> path) {
    std::vector<step> runs;
    while (!path.empty()) {
        auto const run = path.first(run_of(path));
        if (run.size() <= most_alike) {
            append(runs, run);
        } else {
            append(runs, run.first(2));
            runs.push_back({"… " + std::to_string(run.size() - 3) + " more like these", {}, {}});
            append(runs, run.last(1));
        }
        path = path.subspan(run.size());
    }
    return shortened(runs, most_shown, shown_at_end);
}

std::vector<step> shortened(std::span<step const> path, std::size_t most, std::size_t at_end) {
    auto const kept = kept_of(path.size(), most, at_end);
    std::vector<step> result;
    append(result, path.first(kept.first));
    if (kept.left_out != 0) {
        result.push_back({left_out_text(kept.left_out), {}, {}});
    }
    append(result, path.last(kept.last));
    return result;
}

}  // namespace handrail::leak_check::written
