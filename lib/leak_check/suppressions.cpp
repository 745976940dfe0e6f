// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/suppressions.hpp"

#include "lib/base/error.hpp"
#include "lib/leak_check/rules.hpp"
#include "lib/leak_check/words.hpp"

#include <algorithm>
#include <atomic>

namespace handrail::leak_check {

namespace {

// Returns: what is wrong with a line; empty if it is a rule.
std::string complaint(std::string_view id, std::string_view glob) {
    if (glob.empty()) {
        return "is not of the form HR001:glob";
    }
    return rule_with(id) != nullptr ? "" : "begins with no id of a finding";
}

std::string path_of(finding const& f) {
    std::string path;
    for (step const& s : f.path) {
        path += (path.empty() ? "" : " -> ") + s.text;
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
            result.warnings.push_back("line " + std::to_string(line) + ": \"" +
                                      detail::escaped(rule) + "\" " + wrong + "; ignored");
        }
    });
    return result;
}

// The last '*' is the only place to come back to.
bool matches(std::string_view glob, std::string_view text) noexcept {
    std::size_t g = 0, t = 0, star = glob.npos, mark = 0;
    while (t != text.size()) {
        if (g != glob.size() && glob[g] == '*') {
            star = g++;
            mark = t;
        } else if (g != glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
            ++g;
            ++t;
        } else if (star != glob.npos) {
            g = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', g) == glob.npos;
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
