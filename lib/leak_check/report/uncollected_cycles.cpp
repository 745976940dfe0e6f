// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/uncollected_cycles.hpp"

#include "lib/heap/uncollected_components.hpp"
#include "lib/leak_check/report/descriptions.hpp"
#include "lib/leak_check/report/rules.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace handrail::leak_check {

namespace {

struct kind_of_cycle {
    std::size_t cycles = 0;
    std::size_t objects = 0;
};
// Equal cycles may have been found from different objects.
using kinds = std::map<std::vector<char const*>, kind_of_cycle>;

constexpr std::size_t max_cycle_steps = 16;  // of a long cycle the beginning says enough

kinds kinds_of(std::vector<detail::uncollected_component> const& all) {
    kinds found;
    for (detail::uncollected_component const& each : all) {
        auto cycle = each.cycle;
        std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
        cycle.resize(std::min(cycle.size(), max_cycle_steps));
        kind_of_cycle& kind = found[std::move(cycle)];
        ++kind.cycles;
        kind.objects += each.objects;
    }
    return found;
}

finding finding_about(std::vector<char const*> const& cycle, kind_of_cycle const& kind) {
    finding f = finding_of(rules::never_collected);
    f.leaked_now = true;
    f.resource = "group of " + std::to_string(kind.objects) + " managed objects";
    f.fingerprint = f.id;
    for (char const* const type : cycle) {
        std::string const text = type_text(type);
        if (!f.path.empty()) {
            f.path.back().to = text;
        }
        f.path.push_back({.from = text,
                          .reference = reference::edge,
                          .type = "edge",
                          .evidence = evidence::edge});
        f.fingerprint += " " + text;
    }
    if (cycle.size() < max_cycle_steps) {  // it is whole
        f.path.back().to = f.path.front().from;
    }
    f.count = kind.cycles;
    return f;
}

}  // namespace

std::vector<finding> uncollected_cycles() {
    std::vector<finding> findings;
    for (auto const& [cycle, kind] : kinds_of(detail::find_uncollected_components())) {
        findings.push_back(finding_about(cycle, kind));
    }
    return findings;
}

}  // namespace handrail::leak_check
