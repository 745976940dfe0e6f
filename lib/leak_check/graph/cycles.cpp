// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/cycles.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <algorithm>
#include <functional>
#include <string_view>

namespace handrail::leak_check {

namespace {

adjacency arcs_of(scratch& memory, graph const& g, std::size_t causes) {
    scratch_vector<adjacency::given> given(memory);
    given.reserve(causes);
    for (std::uint32_t i = 0; i != causes; ++i) {
        cause const& c = g.causes()[i];
        given.push_back({c.from, {c.to, i}});
    }
    return {memory, g.nodes().size(), given};
}

// Not cryptographic: a collision makes two kinds of cycle one finding.
class mixer {
public:
    void add(std::uint64_t value) noexcept {
        state_ = (state_ ^ value) * 0x9e37'79b9'7f4a'7c15U;
        state_ ^= state_ >> 32;
    }
    void add(std::source_location where) noexcept {
        add(detail::as_integer(where.file_name()));
        add((std::uint64_t{where.line()} << 32) + where.column());
    }
    std::uint64_t result() const noexcept { return state_ | 1; }

private:
    std::uint64_t state_ = 0;
};

std::size_t references_to(graph const& g, node_id n) noexcept {
    switch (g.at(n).kind) {
        case node_kind::managed:
            return static_cast<std::size_t>(detail::use_count(g.at(n).object->managed));
        case node_kind::shared_ptr: return g.control_of(n).strong();
        case node_kind::handle: return 0;
    }
    return 0;
}

bool is_scanned_reference(cause const& c) noexcept {
    return c.reference == reference_kind::strong && c.evidence == raw_evidence::scan;
}

class cycle_search {
public:
    cycle_search(scratch& memory, graph const& g, std::size_t causes, bool precise)
        : memory_(memory),
          graph_(g),
          arcs_(arcs_of(memory, g, causes)),
          components_(memory, arcs_),
          precise_(precise) {}

    std::size_t count() const noexcept { return components_.count(); }
    std::span<node_id const> nodes(std::size_t component) const noexcept {
        return components_.nodes(component);
    }

    // Returns: whether there is something to tell of the component.
    bool explain(std::size_t component, entry_id since, raw_findings& found) const {
        auto const nodes = components_.nodes(component);
        scratch_vector<cause const*> const path = path_of(component);
        node_id const resource = path.empty() ? no_node : resource_of(path, nodes);
        if (resource == no_node || is_intentional(nodes, resource) ||
            newest(nodes, resource) < since) {
            return false;
        }
        raw_cycle cycle;
        cycle.precise = precise_;
        cycle.resource = graph_.describe(resource);
        cycle.step_count = path.size();
        count_references(nodes, cycle);
        mixer key;
        for (cause const* each : path) {
            found.steps.push_back(step_of(*each));
            key.add(found.steps.back().location);
            key.add(static_cast<std::uint64_t>(each->reference));
            key.add(static_cast<std::uint64_t>(is_scanned_reference(*each)));
            if (each->registration == nullptr) {
                key.add(detail::as_integer(found.steps.back().from.type));
                key.add(static_cast<std::uint64_t>(each->offset));
            }
        }
        cycle.key = key.result();
        found.cycles.push_back(cycle);
        return true;
    }

private:
    template <class Fn>
    void for_each_cause(std::span<node_id const> component, Fn fn) const {
        for (node_id const from : component) {
            for (arc const& a : arcs_[from]) {
                if (components_.together(from, a.to)) {
                    fn(graph_.causes()[a.label]);
                }
            }
        }
    }

    // A cycle through a cleanup, else through a reference that is no edge: what edges alone hold is
    // for the collector. Empty if there is none. From the earliest registration on, or from the
    // earliest object: the same beginning always.
    scratch_vector<cause const*> path_of(std::size_t component) const {
        auto labels = components_.short_cycle(component, [&](std::uint32_t label) {
            return graph_.causes()[label].registration != nullptr;
        });
        if (labels.empty()) {
            labels = components_.short_cycle(component, [&](std::uint32_t label) {
                return is_scanned_reference(graph_.causes()[label]);
            });
        }
        scratch_vector<cause const*> path(memory_);
        for (auto const label : labels) {
            path.push_back(&graph_.causes()[label]);
        }
        auto const earlier = [&](cause const* a, cause const* b) {
            if (a->registration != nullptr && b->registration != nullptr) {
                return a->registration->id < b->registration->id;
            }
            return a->registration != nullptr ||
                   (b->registration == nullptr && graph_.at(a->from).id < graph_.at(b->from).id);
        };
        std::rotate(path.begin(), std::min_element(path.begin(), path.end(), earlier), path.end());
        return path;
    }

    bool holds_handle(node_id n) const noexcept { return graph_.describe(n).handle != 0; }

    // What the finding is about: the owner of the first cleanup; without one an object with a
    // handle, or what the cycle keeps alive besides itself. Cycles that keep nothing of this
    // library alive are none of ours.
    node_id resource_of(scratch_vector<cause const*> const& path,
                        std::span<node_id const> component) const {
        if (path.front()->registration != nullptr) {
            return path.front()->from;
        }
        auto const with_handle = std::find_if(component.begin(), component.end(),
                                              [&](node_id n) { return holds_handle(n); });
        if (with_handle != component.end()) {
            return *with_handle;
        }
        auto const managed = std::find_if(component.begin(), component.end(), [&](node_id n) {
            return graph_.at(n).kind == node_kind::managed;
        });
        return managed != component.end() ? *managed : kept_alive_by(component);
    }

    node_id kept_alive_by(std::span<node_id const> component) const {
        scratch_vector<node_id> seen(component.begin(), component.end(), memory_);
        constexpr std::size_t far = 4096;  // the search must not cost more than it tells
        for (std::size_t i = 0; i != seen.size() && seen.size() < far; ++i) {
            for (arc const& a : arcs_[seen[i]]) {
                if (graph_.at(a.to).kind != node_kind::shared_ptr || holds_handle(a.to)) {
                    return a.to;
                }
                if (std::find(seen.begin(), seen.end(), a.to) == seen.end()) {
                    seen.push_back(a.to);
                }
            }
        }
        return no_node;
    }

    bool is_intentional(node_id n) const noexcept {
        graph_node const& what = graph_.at(n);
        return what.kind == node_kind::handle ? what.guard->intentional
                                              : what.object != nullptr && what.object->intentional;
    }
    bool is_intentional(std::span<node_id const> component, node_id resource) const noexcept {
        auto const meant = [&](node_id n) {
            bool yes = is_intentional(n);
            for (node_id h = graph_.at(n).first_handle; h != no_node && !yes;
                 h = graph_.at(h).first_handle) {
                yes = is_intentional(h);
            }
            return yes;
        };
        return meant(resource) || std::any_of(component.begin(), component.end(), meant);
    }

    entry_id newest(std::span<node_id const> component, node_id resource) const {
        entry_id registered = 0;
        for_each_cause(component, [&](cause const& c) {
            registered = std::max(registered, c.registration != nullptr ? c.registration->id : 0);
        });
        entry_id made = std::max(graph_.at(resource).id, graph_.describe(resource).handle);
        for (node_id const n : component) {
            made = std::max(made, graph_.at(n).id);
        }
        return registered != 0 ? registered : made;
    }

    // A copy that made more references on its way than the original holds must not count for more.
    void count_references(std::span<node_id const> component, raw_cycle& cycle) const {
        for (node_id const n : component) {
            cycle.references += references_to(graph_, n);
        }
        for_each_cause(component, [&](cause const& c) {
            cycle.references_inside += c.probed != nullptr ? c.probed->count
                                       : c.reference != reference_kind::containment ? 1
                                                                                    : 0;
        });
        cycle.references_inside = std::min(cycle.references_inside, cycle.references);
        cycle.leaked_now = cycle.references_inside == cycle.references;
    }

    raw_step step_of(cause const& c) const noexcept {
        raw_step step;
        step.from = graph_.describe(c.from);
        step.to = graph_.describe(c.to);
        step.reference = c.reference;
        step.evidence = c.evidence;
        if (c.registration != nullptr) {
            step.by_cleanup = true;
            step.location = c.registration->where;
        }
        if (c.probed != nullptr) {
            step.type = c.probed->type;
        }
        step.offset = c.offset;
        step.heap_blocks = c.heap_blocks;
        step.offset_in_block = c.offset_in_block;
        return step;
    }

    scratch& memory_;
    graph const& graph_;
    adjacency arcs_;
    cyclic_components components_;
    bool precise_;
};

// Equal cycles become one. What is told is the worst, else the first.
void group(scratch& memory, raw_findings& found) {
    address_table<std::size_t> groups(memory, 64);
    scratch_vector<raw_cycle> cycles(memory);
    scratch_vector<raw_step> steps(memory);
    std::size_t begin = 0;
    for (raw_cycle const& each : found.cycles) {
        auto const first = found.steps.begin() + static_cast<std::ptrdiff_t>(begin);
        begin += each.step_count;
        auto const [index, fresh] = groups.insert(each.key, cycles.size());
        if (fresh) {
            cycles.push_back(each);
            steps.insert(steps.end(), first, first + static_cast<std::ptrdiff_t>(each.step_count));
            continue;
        }
        raw_cycle& known = cycles[*index];
        known.count += each.count;
        if (each.leaked_now && !known.leaked_now) {
            known.leaked_now = true;
            known.resource = each.resource;
            known.references = each.references;
            known.references_inside = each.references_inside;
        }
    }
    found.cycles = std::move(cycles);
    found.steps = std::move(steps);
}

}  // namespace

void find_cycles(scratch& memory, graph const& g, entry_id since, raw_findings& found) {
    scratch_vector<char> explained(g.nodes().size(), 0, memory);
    cycle_search const precise(memory, g, g.precise_causes(), true);
    for (std::size_t i = 0; i != precise.count(); ++i) {
        if (precise.explain(i, since, found)) {
            for (node_id const n : precise.nodes(i)) {
                explained[n] = 1;
            }
        }
    }
    if (g.causes().size() != g.precise_causes()) {
        cycle_search const possible(memory, g, g.causes().size(), false);
        for (std::size_t i = 0; i != possible.count(); ++i) {
            auto const nodes = possible.nodes(i);
            if (std::none_of(nodes.begin(), nodes.end(),
                             [&](node_id n) { return explained[n] != 0; })) {
                possible.explain(i, since, found);
            }
        }
    }
    group(memory, found);
}

void find_self_references(graph const& g, entry_id since, raw_findings& found) {
    for (registration_entry const* each : g.registrations()) {
        if (each->id < since || each->references.empty()) {
            continue;
        }
        node_id const owner = g.node_of(each->owner);
        node_id const home = owner != no_node ? g.enclosing_object(owner) : no_node;
        for (reference_entry const& probed : each->references) {
            if (home != no_node && !probed.strong && g.node_of(probed.target) == home) {
                found.self_references.push_back(
                    {.owner = g.describe(owner),
                     .reference = probed.pointer ? reference_kind::pointer : reference_kind::weak,
                     .to_owner = owner == home,
                     .precise = true,
                     .evidence = evidence_of(probed),
                     .type = probed.pointer ? g.describe(home).type : probed.type,
                     .location = each->where,
                     .offset = probed.offset});
            }
        }
    }
}

}  // namespace handrail::leak_check
