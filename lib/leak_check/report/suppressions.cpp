// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/suppressions.hpp"

#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/glob.hpp"
#include "lib/leak_check/report/rules.hpp"
#include "lib/leak_check/report/split.hpp"

#include <algorithm>
#include <atomic>

namespace handrail::leak_check {

namespace {

// Returns: the problem with a line; empty if it is a rule.
std::string complaint(std::string_view id, std::string_view glob) {
    if (glob.empty()) {
        return "is not of the form HR001:glob";
    }
    if (glob.size() > max_glob_bytes) {
        return "has a glob of more than 4096 bytes";
    }
    return rule_with(id) != nullptr ? "" : "does not begin with the id of a finding";
}

// A line that is not a rule may be a whole file of another kind.
std::string shown(std::string_view rule) {
    constexpr std::size_t max_shown = 80;
    return detail::escaped(rule.substr(0, max_shown)) + (rule.size() > max_shown ? "…" : "");
}

std::string path_of(finding const& f) {
    std::string path;
    for (step const& s : f.path) {
        path += (path.empty() ? "" : " -> ") + to_text(s);
    }
    return path;
}

}  // namespace

parsed_suppressions parse_suppressions(std::string_view text) {
    parsed_suppressions result;
    std::size_t line = 0;
    split(text, '\n', [&](std::string_view rule) {
        ++line;
        if (rule.empty() || rule.front() == '#') {
            return;
        }
        auto const colon = std::min(rule.find(':'), rule.size());
        auto const id = trimmed(rule.substr(0, colon));
        auto const glob = trimmed(rule.substr(std::min(colon + 1, rule.size())));
        if (auto const wrong = complaint(id, glob); wrong.empty()) {
            result.rules.push_back({std::string(id), std::string(glob), line});
        } else {
            result.warnings.push_back("line " + std::to_string(line) + ": \"" + shown(rule) +
                                      "\" " + wrong + "; ignored");
        }
    });
    return result;
}

void suppress(report& r, std::vector<suppression>& rules) {
    std::erase_if(r.findings, [&](finding const& f) {
        auto const path = path_of(f);
        auto const rule = std::find_if(rules.begin(), rules.end(), [&](suppression const& s) {
            return s.id == f.id && (matches(s.glob, path) || matches(s.glob, f.resource));
        });
        if (rule != rules.end()) {
            // relaxed: a count, of reports that several threads may ask for
            std::atomic_ref(rule->used).fetch_add(1, std::memory_order_relaxed);
        }
        return rule != rules.end();
    });
}

}  // namespace handrail::leak_check
