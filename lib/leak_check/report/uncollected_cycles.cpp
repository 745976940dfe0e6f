// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/uncollected_cycles.hpp"

#include "lib/base/mutex.hpp"
#include "lib/leak_check/graph/least_rotation.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "lib/leak_check/report/descriptions.hpp"
#include "lib/leak_check/report/kept_steps.hpp"
#include "lib/leak_check/report/rules.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace handrail::leak_check {

namespace {

using cycle = std::vector<char const*>;  // mangled names of types

struct kind_of_cycle {
    std::size_t cycles = 0;
    // Objects of a group: those of the cycle, and what these keep alive.
    std::size_t fewest = 0;
    std::size_t most = 0;
    cycle first{};
};
using kinds = std::map<std::string, kind_of_cycle>;  // by fingerprint

std::string fingerprint_of(cycle const& types) {
    constexpr std::size_t max_types = 16;  // of a long cycle the beginning says enough
    std::string text(rules::never_collected.id);
    for (char const* const each : std::span(types).first(std::min(types.size(), max_types))) {
        text += " " + type_text(each);
    }
    return types.size() > max_types ? text + " and more" : text;
}

kinds kinds_of(std::vector<detail::uncollected_component> all) {
    kinds found;
    for (detail::uncollected_component& each : all) {
        cycle types = std::move(each.cycle);
        // Equal cycles may have been found from different objects.
        // Compares texts: a type may have a name in each library, and their addresses differ from
        // run to run.
        auto const begin = static_cast<std::ptrdiff_t>(least_rotation(
            types.size(),
            [&](std::size_t a, std::size_t b) { return std::strcmp(types[a], types[b]); }));
        std::rotate(types.begin(), types.begin() + begin, types.end());
        kind_of_cycle& kind = found[fingerprint_of(types)];
        if (kind.cycles++ == 0) {
            kind.fewest = each.objects.size();
            kind.first = std::move(types);
        }
        kind.fewest = std::min(kind.fewest, each.objects.size());
        kind.most = std::max(kind.most, each.objects.size());
    }
    return found;
}

std::vector<step> path_of(cycle const& types) {
    auto const kept = kept_of(types.size());
    auto const step_from = [&](std::size_t i) {
        return step{.from = type_text(types[i]),
                    .reference = reference::edge,
                    .type = "edge",
                    .to = type_text(types[(i + 1) % types.size()]),
                    .evidence = evidence::edge};
    };
    return shortened_path(kept, step_from, [&] { return omission_of(kept.omitted); });
}

// "group of 2 managed objects", "group of 2 to 5 managed objects".
std::string group_text(kind_of_cycle const& kind) {
    return "group of " + std::to_string(kind.fewest) +
           (kind.most != kind.fewest ? " to " + std::to_string(kind.most) : "") +
           (kind.most == 1 ? " managed object" : " managed objects");
}

// Whether mark_intentional() has marked one of the objects, or a handle in one.
bool is_intentional(registry const& all, detail::uncollected_component const& group) {
    return std::any_of(group.objects.begin(), group.objects.end(), [&](void const* address) {
        auto const found = all.objects.find(address);
        return found != all.objects.end() && all.is_intentional(found->second);
    });
}

finding finding_of_kind(std::string const& fingerprint, kind_of_cycle const& kind) {
    finding f = new_finding(rules::never_collected);
    f.leaked_now = true;
    f.resource = group_text(kind);
    f.path = path_of(kind.first);
    f.fingerprint = fingerprint;
    f.count = kind.cycles;
    return f;
}

}  // namespace

std::vector<finding> findings_of_garbage(std::vector<detail::uncollected_component> found) {
    std::vector<finding> findings;
    for (auto const& [fingerprint, kind] : kinds_of(std::move(found))) {
        findings.push_back(finding_of_kind(fingerprint, kind));
    }
    return findings;
}

std::vector<finding> uncollected_cycles() {
    auto found = detail::find_uncollected_components();
    {
        detail::lock_guard hold(registry_mutex);
        registry const& all = the_registry();
        std::erase_if(found, [&](auto const& group) { return is_intentional(all, group); });
    }
    return findings_of_garbage(std::move(found));
}

}  // namespace handrail::leak_check
