// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/heap/inspect.hpp"

#include "lib/heap/suspects.hpp"

#include <algorithm>

namespace handrail::detail {

namespace {

// One edge of garbage to each object of a component; there is one, or it were no garbage.
std::vector<std::uint32_t> predecessors(snapshot& marked) {
    std::vector<std::uint32_t> found(marked.size(), snapshot::none);
    for (std::uint32_t number = 0; number != marked.size(); ++number) {
        if (!marked[number].alive()) {
            for (std::uint32_t const target : marked.targets(number)) {
                found[target] = number;
            }
        }
    }
    return found;
}

// Backwards from any object of the component one comes into a cycle. What has been seen, a later
// call does not meet: components are apart.
std::vector<char const*> cycle_before(snapshot& marked, std::uint32_t start,
                                      std::vector<std::uint32_t> const& before,
                                      std::vector<bool>& seen) {
    std::vector<std::uint32_t> way;
    while (!seen[start]) {
        seen[start] = true;
        way.push_back(start);
        start = before[start];
    }
    std::vector<char const*> types;
    for (auto at = std::find(way.begin(), way.end(), start); at != way.end(); ++at) {
        types.push_back(marked[*at].object->operations->type->name());
    }
    std::reverse(types.begin(), types.end());
    return types;
}

void add_uncollected(std::vector<uncollected>& all, pass_lock const& pass, heap_state& heap) {
    snapshot seen(pass);
    seen.list(heap);
    seen.read_edges();
    seen.mark();
    suspects split(seen);
    auto const before = predecessors(seen);
    std::vector<bool> visited(seen.size());
    for (auto component = split.next_component(); component != snapshot::none;
         component = split.next_component()) {
        all.push_back(
            {split.count_members(component), cycle_before(seen, component, before, visited)});
    }
}

}  // namespace

std::vector<uncollected> find_uncollected() {
    std::vector<uncollected> all;
    pass_lock const pass;
    for_each_heap([&](heap_state& heap) {
        if (!heap.ever_collected.load(std::memory_order_relaxed) &&
            !heap.automatic.load(std::memory_order_relaxed)) {
            add_uncollected(all, pass, heap);
        }
    });
    return all;
}

}  // namespace handrail::detail
