// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/uncollected_components.hpp"

#include "lib/heap/suspects.hpp"

#include <algorithm>
#include <utility>

namespace handrail::detail {

namespace {

// For each suspect, a suspect that refers to it. There is one: a suspect to which no suspect refers
// would have strong references that are not edges, and be alive.
std::vector<std::uint32_t> predecessors(snapshot& marked) {
    std::vector<std::uint32_t> found(marked.size(), snapshot::none);
    for (std::uint32_t from = 0; from != marked.size(); ++from) {
        if (marked[from].is_suspect()) {
            for (std::uint32_t const target : marked.targets(from)) {
                found[target] = from;
            }
        }
    }
    return found;
}

// Follows predecessors from any object of the component until one repeats: the objects since its
// first visit are a cycle. Components share no object, so visited can be used for all of them.
std::vector<char const*> cycle_before(snapshot& marked, std::uint32_t start,
                                      std::vector<std::uint32_t> const& predecessor,
                                      std::vector<bool>& visited) {
    std::vector<std::uint32_t> path;
    while (!visited[start]) {
        visited[start] = true;
        path.push_back(start);
        start = predecessor[start];
    }
    std::vector<char const*> types;
    for (auto at = std::find(path.begin(), path.end(), start); at != path.end(); ++at) {
        types.push_back(marked[*at].object->operations->type->name());
    }
    std::reverse(types.begin(), types.end());
    return types;
}

std::vector<void const*> addresses_of(snapshot& marked, suspects const& components,
                                      std::uint32_t component) {
    std::vector<void const*> addresses;
    components.for_each_member(component, [&](std::uint32_t member) {
        object_header const& each = *marked[member].object;
        addresses.push_back(each.object().begin);
    });
    return addresses;
}

// A thread may have made a reference after its object's word was copied and before the edges were
// read. The seal would fail then: nothing has changed since where it succeeds.
bool is_garbage(suspects& components, std::uint32_t component) noexcept {
    components.seal(component);
    bool const garbage = components.is_whole(component);
    components.revive_component(component);
    return garbage;
}

void add_uncollected(std::vector<uncollected_component>& all, pass_lock const& pass,
                     heap_state& heap) {
    snapshot marked(pass);
    marked.list(heap);
    marked.read_edges();
    marked.mark();
    suspects components(marked);
    auto const predecessor = predecessors(marked);
    std::vector<bool> visited(marked.size());
    for (auto component = components.next_component(); component != snapshot::none;
         component = components.next_component()) {
        uncollected_component found{addresses_of(marked, components, component),
                                    cycle_before(marked, component, predecessor, visited)};
        if (is_garbage(components, component)) {
            all.push_back(std::move(found));
        }
    }
}

}  // namespace

std::vector<uncollected_component> find_uncollected_components() {
    std::vector<uncollected_component> all;
    pass_lock const pass;
    for_each_heap([&](heap_state& heap) {
        if (!heap.ever_collected.load(std::memory_order_relaxed)) {
            add_uncollected(all, pass, heap);
        }
    });
    return all;
}

}  // namespace handrail::detail
