// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/written_path.hpp"

#include "lib/leak_check/report/kept_steps.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

namespace handrail::leak_check::written {

namespace {

constexpr std::size_t max_repeats = 4;
constexpr std::size_t max_group = 3;
constexpr std::size_t max_shown = 20;
constexpr std::size_t shown_at_end = 4;

std::string joined(std::initializer_list<std::string_view> words) {
    std::string text;
    for (std::string_view const word : words) {
        text.append(text.empty() || word.empty() ? "" : " ").append(word);
    }
    return text;
}

// Whether they have the same structure. An event has no other than its text.
bool alike(step const& a, step const& b) noexcept {
    bool const same_names = a.reference != reference::none || (a.from == b.from && a.to == b.to);
    return a.omitted == 0 && b.omitted == 0 && same_names && a.from_cleanup == b.from_cleanup &&
           a.via == b.via && a.reference == b.reference && a.type == b.type &&
           a.evidence == b.evidence && a.where == b.where;
}

// Returns: how often the first `group` steps are repeated at the beginning of path; at least 1.
std::size_t repeats_of(std::size_t group, std::span<step const> path) noexcept {
    std::size_t n = group;
    while (n < path.size() && alike(path[n - group], path[n])) {
        ++n;
    }
    return n / group;
}

// Steps in a row that are shown or omitted together.
struct run {
    std::size_t group;
    std::size_t repeats;
};

run run_of(std::span<step const> path) noexcept {
    for (std::size_t group = 1; group <= std::min(max_group, path.size()); ++group) {
        if (auto const repeats = repeats_of(group, path); repeats > max_repeats) {
            return {group, repeats};
        }
    }
    return {1, 1};
}

void show(std::vector<shown_step>& to, std::span<step const> steps) {
    for (step const& each : steps) {
        to.push_back(each.omitted != 0 ? shown_step{nullptr, each.omitted} : shown_step{&each});
    }
}

// How many steps of the path an entry stands for.
std::uint64_t steps_of(step const& s) noexcept { return std::max<std::uint64_t>(s.omitted, 1); }
std::uint64_t steps_of(shown_step const& s) noexcept {
    return std::max<std::uint64_t>(s.omitted, 1);
}

// Returns: how many steps of the path are not kept. Saturates: the numbers may come from a file.
template <class Step>
std::uint64_t omitted_of(std::span<Step const> path, kept_steps const& kept) noexcept {
    std::uint64_t sum = 0;
    for (Step const& each : path.subspan(kept.first, kept.omitted)) {
        auto const more = steps_of(each);
        sum = sum + more < sum ? UINT64_MAX : sum + more;
    }
    return sum;
}

// omission: makes the entry that says how many steps are omitted.
template <class Step, class Omission>
std::vector<Step> shortened_by(std::span<Step const> path, kept_steps const& kept,
                               Omission omission) {
    return shortened_path(
        kept, [&](std::size_t i) { return path[i]; },
        [&] { return omission(omitted_of(path, kept)); });
}

}  // namespace

std::vector<std::string> step_parts(step const& s) {
    if (s.omitted != 0) {
        return {omitted_text({nullptr, s.omitted})};
    }
    if (s.reference == reference::none) {
        return {joined({s.from, s.via, s.to})};
    }
    if (s.reference == reference::containment) {
        return {s.to + " lies in " + (s.type.empty() ? s.from : s.type) +
                (s.via.empty() ? "" : ", " + s.via)};
    }
    std::vector<std::string> parts{s.from};
    if (s.from_cleanup) {
        parts.push_back(joined({s.via, s.type}));
    } else {
        parts.insert(parts.end(), {s.via, s.type});
    }
    parts.push_back(s.to);
    std::erase(parts, "");
    return parts.empty() ? std::vector<std::string>(1) : parts;
}

std::string step_text(step const& s) {
    std::string text;
    for (std::string const& part : step_parts(s)) {
        text += (text.empty() ? "" : " -> ") + part;
    }
    return text;
}

std::string omitted_text(shown_step const& s) {
    return "… " + std::to_string(s.omitted) + (s.alike ? " more like these" : " more steps");
}

std::vector<shown_step> folded(std::span<step const> path) {
    std::vector<shown_step> shown;
    while (!path.empty()) {
        auto const [group, repeats] = run_of(path);
        auto const steps = path.first(group * repeats);
        if (repeats == 1) {
            show(shown, steps);
        } else {
            show(shown, steps.first(2 * group));
            shown.push_back({nullptr, group * (repeats - 3), true});
            show(shown, steps.last(group));
        }
        path = path.subspan(steps.size());
    }
    return shortened_by<shown_step>(shown, kept_of(shown.size(), max_shown, shown_at_end),
                                    [](std::uint64_t n) { return shown_step{nullptr, n}; });
}

std::vector<step> shortened(std::span<step const> path) {
    return shortened_by<step>(path, kept_of(path.size()), [](std::uint64_t n) {
        step s;
        s.omitted = n;
        return s;
    });
}

}  // namespace handrail::leak_check::written
