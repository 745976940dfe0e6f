// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph/component_findings.hpp"

#include "lib/leak_check/graph/least_rotation.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <source_location>

namespace handrail::leak_check {

namespace {

adjacency adjacency_of(scratch& memory, graph const& g, std::size_t arc_count) {
    scratch_vector<adjacency::given_arc> arcs(memory);
    arcs.reserve(arc_count);
    for (std::uint32_t i = 0; i != arc_count; ++i) {
        arc const& each = g.arcs()[i];
        arcs.push_back({each.from, {each.to, i}});
    }
    return {memory, g.nodes().size(), arcs};
}

bool is_scanned_reference(arc const& a) noexcept {
    return a.reference != reference::containment && a.evidence == evidence::scan;
}

// Not cryptographic: a collision merges two kinds of cycle into one finding.
class hasher {
public:
    void add(std::uint64_t value) noexcept {
        state_ = (state_ ^ value) * 0x9e37'79b9'7f4a'7c15U;
        state_ ^= state_ >> 32;
    }
    void add(std::source_location location) noexcept {
        add(detail::as_integer(location.file_name()));
        add((std::uint64_t{location.line()} << 32) + location.column());
    }
    std::uint64_t result() const noexcept { return state_ | 1; }  // a table cannot have key 0

private:
    std::uint64_t state_ = 0;
};

// Certain cycles and possible ones are not equal: the one must not hide the other.
std::uint64_t key_of(graph const& g, std::span<arc const* const> cycle, bool certain) noexcept {
    hasher key;
    key.add(static_cast<std::uint64_t>(certain));
    for (arc const* each : cycle) {
        bool const by_cleanup = each->registration != nullptr;
        key.add(by_cleanup ? each->registration->where : std::source_location{});
        key.add(static_cast<std::uint64_t>(each->reference));
        key.add(static_cast<std::uint64_t>(is_scanned_reference(*each)));
        if (!by_cleanup) {
            key.add(detail::as_integer(g.describe(each->from).type));
            key.add(static_cast<std::uint64_t>(each->offset));
        }
    }
    return key.result();
}

// The program may open a cycle at an edge: it changes edges as it likes.
bool is_edge(arc const* a) noexcept { return a->reference == reference::edge; }

std::size_t references_to(graph const& g, node_id n) noexcept {
    switch (g.at(n).kind) {
        case node_kind::managed:
            return static_cast<std::size_t>(detail::use_count(g.at(n).object->managed));
        case node_kind::shared_ptr: return g.control_of(n).strong();
        case node_kind::handle: break;
    }
    return 0;
}

}  // namespace

component_findings::component_findings(scratch& memory, graph const& g, std::size_t arc_count)
    : memory_(memory),
      graph_(g),
      adjacency_(adjacency_of(memory, g, arc_count)),
      components_(memory, adjacency_),
      short_cycles_(memory, adjacency_, components_),
      precise_(arc_count == g.precise_arcs()) {}

bool component_findings::add(std::size_t component, entry_id since, raw_findings& found) {
    auto const nodes = components_.nodes(component);
    path const arcs = path_of(component);
    node_id const subject = arcs.empty() ? no_node : subject_of(arcs, nodes);
    if (subject == no_node || is_intentional(nodes, subject) || newest_id(nodes, subject) < since) {
        return false;
    }
    raw_cycle cycle;
    cycle.certain = precise_ && std::none_of(arcs.begin(), arcs.end(), &is_edge);
    cycle.subject = graph_.describe(subject);
    cycle.key = key_of(graph_, arcs, cycle.certain);
    cycle.step_count = arcs.size();
    count_references(nodes, cycle);
    found.cycles.push_back(cycle);
    for (arc const* each : arcs) {
        found.steps.push_back(graph_.describe(*each));
    }
    return true;
}

// Returns: empty if the component is not reported.
component_findings::path component_findings::path_of(std::size_t component) {
    auto labels = short_cycles_.find(component, [this](std::uint32_t label) {
        return graph_.arcs()[label].registration != nullptr;
    });
    if (labels.empty()) {
        labels = short_cycles_.find(component, [this](std::uint32_t label) {
            return is_scanned_reference(graph_.arcs()[label]);
        });
    }
    path arcs(memory_);
    for (auto const label : labels) {
        arcs.push_back(&graph_.arcs()[label]);
    }
    auto const is_older = [&](arc const* a, arc const* b) {
        if (a->registration != nullptr && b->registration != nullptr) {
            return a->registration->id < b->registration->id;
        }
        return a->registration != nullptr ||
               (b->registration == nullptr && graph_.at(a->from).id < graph_.at(b->from).id);
    };
    // The id of a std::shared_ptr's object is 0, the least: one of them makes the oldest unknown.
    auto const oldest = std::min_element(arcs.begin(), arcs.end(), is_older);
    bool const is_known = oldest != arcs.end() && ((*oldest)->registration != nullptr ||
                                                   graph_.at((*oldest)->from).id != 0);
    std::rotate(arcs.begin(), is_known ? oldest : arcs.begin() + least_begin(arcs), arcs.end());
    return arcs;
}

std::ptrdiff_t component_findings::least_begin(path const& cycle) const noexcept {
    auto const compare = [&](std::size_t a, std::size_t b) {
        auto const text = [&](std::size_t i) {
            char const* const type = graph_.describe(cycle[i]->from).type;
            return type != nullptr ? type : "";
        };
        int const order = std::strcmp(text(a), text(b));
        return order != 0
                   ? order
                   : (cycle[a]->offset > cycle[b]->offset) - (cycle[a]->offset < cycle[b]->offset);
    };
    return static_cast<std::ptrdiff_t>(least_rotation(cycle.size(), compare));
}

// The owner of the first cleanup. Without a cleanup: an object with a handle in it, else a managed
// object, else what the component keeps alive.
node_id component_findings::subject_of(path const& cycle, nodes_view component) const {
    if (cycle.front()->registration != nullptr) {
        return cycle.front()->from;
    }
    auto const with_handle = std::find_if(component.begin(), component.end(),
                                          [this](node_id n) { return holds_handle(n); });
    if (with_handle != component.end()) {
        return *with_handle;
    }
    auto const managed = std::find_if(component.begin(), component.end(), [this](node_id n) {
        return graph_.at(n).kind == node_kind::managed;
    });
    return managed != component.end() ? *managed : reachable_subject(component);
}

// Returns: a node outside of the component that is handrail's; no_node if the search finds none.
node_id component_findings::reachable_subject(nodes_view component) const {
    constexpr std::size_t max_visited = 4096;  // bounds the time, which is quadratic in this
    scratch_vector<node_id> visited(component.begin(), component.end(), memory_);
    for (std::size_t i = 0; i != visited.size() && visited.size() < max_visited; ++i) {
        for (outgoing_arc const& each : adjacency_[visited[i]]) {
            if (graph_.at(each.to).kind != node_kind::shared_ptr || holds_handle(each.to)) {
                return each.to;
            }
            if (std::find(visited.begin(), visited.end(), each.to) == visited.end()) {
                visited.push_back(each.to);
            }
        }
    }
    return no_node;
}

bool component_findings::is_intentional(node_id n) const noexcept {
    graph_node const& node = graph_.at(n);
    return node.kind == node_kind::handle ? node.guard->intentional
                                          : node.object != nullptr && node.object->intentional;
}

bool component_findings::is_intentional(nodes_view component, node_id subject) const noexcept {
    auto const is_excused = [this](node_id n) {
        bool excused = is_intentional(n);
        for (node_id h = graph_.first_handle_in(n); h != no_node && !excused;
             h = graph_.next_handle_in_object(h)) {
            excused = is_intentional(h);
        }
        return excused;
    };
    return is_excused(subject) || std::any_of(component.begin(), component.end(), is_excused);
}

template <class Fn>
void component_findings::for_each_arc(nodes_view component, Fn fn) const {
    for (node_id const from : component) {
        for (outgoing_arc const& each : adjacency_[from]) {
            if (components_.in_same_component(from, each.to)) {
                fn(graph_.arcs()[each.label]);
            }
        }
    }
}

// Returns: the id of the newest registration in the component; if there is none, that of the newest
//   node.
entry_id component_findings::newest_id(nodes_view component, node_id subject) const {
    entry_id registered = 0;
    for_each_arc(component, [&](arc const& a) {
        registered = std::max(registered, a.registration != nullptr ? a.registration->id : 0);
    });
    entry_id made = 0;
    auto const add = [&](node_id n) {
        made = std::max(made, graph_.at(n).id);
        for (node_id h = graph_.first_handle_in(n); h != no_node;
             h = graph_.next_handle_in_object(h)) {
            made = std::max(made, graph_.at(h).id);
        }
    };
    add(subject);  // it may be what the component keeps alive
    std::for_each(component.begin(), component.end(), add);
    return registered != 0 ? registered : made;
}

// Where the scan has not confirmed it, a payload may hold fewer references than its probe counted:
// if copying it made more, or if some have been reset since. So those inside are at most all there
// are, and when more were counted, there may be some outside.
void component_findings::count_references(nodes_view component, raw_cycle& cycle) const {
    for (node_id const n : component) {
        cycle.references += references_to(graph_, n);
    }
    for_each_arc(component, [&](arc const& a) {
        cycle.references_inside += a.reference != reference::containment ? a.count : 0;
    });
    cycle.leaked_now = cycle.references_inside == cycle.references;
    cycle.references_inside = std::min(cycle.references_inside, cycle.references);
}

}  // namespace handrail::leak_check
