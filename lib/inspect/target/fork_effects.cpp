// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/fork_effects.hpp"

#include "lib/inspect/memory/process_files.hpp"

#include <algorithm>

namespace handrail::inspect {
namespace {

// "7f0000000000-7f0000001000 rw-p …"; the other lines begin with a word and a colon.
std::optional<extent> extent_of(std::string_view line) {
    std::string_view const range = take_word(line);
    std::size_t const dash = range.find('-');
    if (dash == range.npos) {
        return std::nullopt;
    }
    auto const begin = number_in(range.substr(0, dash), 16);
    auto const end = number_in(range.substr(dash + 1), 16);
    return begin && end ? std::optional(extent{*begin, *end}) : std::nullopt;
}

void add_flags(std::string_view flags, extent const& of, fork_effects& to) {
    bool is_kept = false;
    for (std::string_view flag = take_word(flags); !flag.empty(); flag = take_word(flags)) {
        is_kept |= flag == "wf" || flag == "dc" || flag == "ht";
        to.may_wait |= flag == "um" || flag == "uw" || flag == "ui";
    }
    if (is_kept) {
        to.kept_back.push_back(of);
    }
}

}  // namespace

fork_effects effects_of_fork(std::string_view smaps) {
    constexpr std::string_view flags = "VmFlags:";
    fork_effects found;
    extent current;
    while (!smaps.empty()) {
        std::string_view line = take_line(smaps);
        if (line.starts_with(flags)) {
            add_flags(line.substr(flags.size()), current, found);
        } else if (auto const next = extent_of(line)) {
            current = *next;
        }
    }
    return found;
}

std::optional<fork_effects> read_fork_effects(pid_t process) {
    auto const smaps = read_process_file(process, "smaps");
    if (!smaps || smaps->find("VmFlags:") == std::string::npos) {
        return std::nullopt;
    }
    return effects_of_fork(*smaps);
}

bool are_among(std::vector<extent> const& parts, std::vector<extent> const& all) {
    return std::all_of(parts.begin(), parts.end(), [&](extent const& part) {
        return std::any_of(all.begin(), all.end(), [&](extent const& each) {
            return each.begin <= part.begin && part.end <= each.end;
        });
    });
}

}  // namespace handrail::inspect
