// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/cycles.hpp"

#include "lib/leak_check/graph/component_findings.hpp"
#include "lib/leak_check/memory/address_table.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace handrail::leak_check {

namespace {

// The nodes of the components that precise findings are about.
using reported_nodes = scratch_vector<char>;

void add_precise_cycles(scratch& memory, graph const& g, entry_id since, reported_nodes& reported,
                        raw_findings& found) {
    component_findings findings(memory, g, g.precise_arcs());
    for (std::size_t i = 0; i != findings.count(); ++i) {
        if (findings.add(i, since, found)) {
            for (node_id const n : findings.nodes(i)) {
                reported[n] = 1;
            }
        }
    }
}

void add_possible_cycles(scratch& memory, graph const& g, entry_id since,
                         reported_nodes const& reported, raw_findings& found) {
    component_findings findings(memory, g, g.arcs().size());
    for (std::size_t i = 0; i != findings.count(); ++i) {
        auto const nodes = findings.nodes(i);
        if (std::none_of(nodes.begin(), nodes.end(), [&](node_id n) { return reported[n] != 0; })) {
            findings.add(i, since, found);
        }
    }
}

// Equal cycles, of which one is reported: the first that leaked now, or else the first.
struct equal_cycles {
    raw_cycle const* shown;
    std::size_t first_step;  // of the one that is shown
    std::size_t count;       // of all
};

void merge_equal_cycles(scratch& memory, raw_findings& found) {
    address_table<std::size_t> by_key(memory, 64);
    scratch_vector<equal_cycles> groups(memory);
    std::size_t first_step = 0;
    for (raw_cycle const& each : found.cycles) {
        auto const [known, is_new] = by_key.insert(each.key, groups.size());
        if (is_new) {
            groups.push_back({&each, first_step, each.count});
        } else {
            equal_cycles& group = groups[*known];
            std::size_t const count = group.count + each.count;
            if (each.leaked_now && !group.shown->leaked_now) {
                group = {&each, first_step, count};
            }
            group.count = count;
        }
        first_step += each.step_count;
    }
    scratch_vector<raw_cycle> cycles(memory);
    scratch_vector<raw_step> steps(memory);
    for (equal_cycles const& group : groups) {
        auto const first = found.steps.begin() + static_cast<std::ptrdiff_t>(group.first_step);
        steps.insert(steps.end(), first,
                     first + static_cast<std::ptrdiff_t>(group.shown->step_count));
        cycles.push_back(*group.shown);
        cycles.back().count = group.count;
    }
    found.cycles = std::move(cycles);
    found.steps = std::move(steps);
}

}  // namespace

void find_cycles(scratch& memory, graph const& g, entry_id since, raw_findings& found) {
    reported_nodes reported(g.nodes().size(), 0, memory);
    add_precise_cycles(memory, g, since, reported, found);
    if (g.arcs().size() != g.precise_arcs()) {
        add_possible_cycles(memory, g, since, reported, found);
    }
    merge_equal_cycles(memory, found);
}

}  // namespace handrail::leak_check
