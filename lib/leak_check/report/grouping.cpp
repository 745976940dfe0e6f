// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/grouping.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

namespace handrail::leak_check {

namespace {

// A fingerprint names files without their folders, so that it does not depend on where a program
// was built. Two files of one name are two causes all the same. So are a certain and a possible
// leak: one must not hide the other.
std::string cause_of(finding const& f) {
    std::string cause = f.fingerprint;
    cause.append("\n").append(std::to_string(static_cast<int>(f.grade)));
    for (step const& s : f.path) {
        cause.append("\n").append(s.where.file_name());
    }
    return cause;
}

}  // namespace

std::vector<finding> grouped(std::vector<finding> all) {
    std::vector<finding> groups;
    std::unordered_map<std::string, std::size_t> by_cause;
    for (finding& f : all) {
        auto const [known, fresh] = by_cause.try_emplace(cause_of(f), groups.size());
        if (fresh) {
            groups.push_back(std::move(f));
            continue;
        }
        finding& group = groups[known->second];
        std::size_t const count = group.count + f.count;
        if (f.leaked_now && !group.leaked_now) {
            group = std::move(f);
        }
        group.count = count;
    }
    std::stable_sort(groups.begin(), groups.end(), [](finding const& a, finding const& b) {
        return a.grade != b.grade ? a.grade > b.grade : a.id < b.id;
    });
    return groups;
}

}  // namespace handrail::leak_check
