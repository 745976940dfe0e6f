// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Cyclic components and short cycles of small random graphs agree with the definitions, computed
// from the distances between all nodes; those of a large graph need no deep stack.

#include "lib/leak_check/graph/cyclic_components.hpp"
#include "lib/leak_check/graph/short_cycle.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

using namespace handrail::leak_check;

namespace {

using arc_list = std::vector<adjacency::given_arc>;  // an arc's label is its index

arc_list random_arcs(std::minstd_rand& random, std::size_t node_count) {
    arc_list arcs(random() % (2 * node_count));
    for (std::uint32_t i = 0; i != arcs.size(); ++i) {
        auto const any = [&] { return static_cast<node_id>(random() % node_count); };
        arcs[i] = {any(), {any(), i}};
    }
    return arcs;
}

// By source and target: the number of arcs on a shortest path of one arc or more.
class distances {
public:
    static constexpr std::size_t infinite = 1'000;

    distances(std::size_t node_count, arc_list const& arcs)
        : table_(node_count, std::vector<std::size_t>(node_count, infinite)) {
        for (auto const& each : arcs) {
            table_[each.from][each.to.to] = 1;
        }
        for (std::size_t middle = 0; middle != node_count; ++middle) {
            for (std::size_t from = 0; from != node_count; ++from) {
                for (std::size_t to = 0; to != node_count; ++to) {
                    table_[from][to] =
                        std::min(table_[from][to], table_[from][middle] + table_[middle][to]);
                }
            }
        }
    }
    bool in_same_component(std::size_t a, std::size_t b) const {
        return table_[a][b] < infinite && table_[b][a] < infinite;
    }
    // Returns: the length of a shortest cycle through the arc, which lies on one.
    std::size_t cycle_through(adjacency::given_arc const& arc) const {
        return arc.from == arc.to.to ? 1 : 1 + table_[arc.to.to][arc.from];
    }

private:
    std::vector<std::vector<std::size_t>> table_;
};

bool is_wanted(std::uint32_t label) { return label % 3 == 0; }

// Returns: the length of a shortest cycle of the component that has a wanted arc; 0: there is none.
std::size_t shortest_wanted(arc_list const& arcs, distances const& known, node_id in_component) {
    std::size_t shortest = 0;
    for (auto const& each : arcs) {
        if (is_wanted(each.to.label) && known.in_same_component(in_component, each.from) &&
            known.in_same_component(each.from, each.to.to)) {
            std::size_t const length = known.cycle_through(each);
            shortest = shortest == 0 ? length : std::min(shortest, length);
        }
    }
    return shortest;
}

bool is_cycle(arc_list const& arcs, scratch_vector<std::uint32_t> const& labels) {
    for (std::size_t i = 0; i != labels.size(); ++i) {
        if (arcs[labels[i]].to.to != arcs[labels[(i + 1) % labels.size()]].from) {
            return false;
        }
    }
    return true;
}

// Calls check(node_count, arcs, graph, components, scratch) for many random graphs.
template <class Check>
void for_random_graphs(Check check) {
    std::minstd_rand random(1);
    for (int i = 0; i != 2'000; ++i) {
        std::size_t const node_count = 1 + random() % 12;
        arc_list const arcs = random_arcs(random, node_count);
        scratch memory(scratch::used_in::process);
        adjacency const graph(memory, node_count, arcs);
        check(node_count, arcs, graph, cyclic_components(memory, graph), memory);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(nodes_share_a_component_if_and_only_if_each_reaches_the_other) {
    std::size_t wrong = 0;
    for_random_graphs([&](std::size_t node_count, arc_list const& arcs, adjacency const&,
                          cyclic_components const& components, scratch&) {
        distances const known(node_count, arcs);
        for (node_id a = 0; a != node_count; ++a) {
            for (node_id b = 0; b != node_count; ++b) {
                wrong += components.in_same_component(a, b) != known.in_same_component(a, b);
            }
        }
    });
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(each_node_on_a_cycle_is_listed_in_one_component) {
    std::size_t wrong = 0;
    for_random_graphs([&](std::size_t node_count, arc_list const&, adjacency const&,
                          cyclic_components const& components, scratch&) {
        std::vector<int> listed(node_count);
        for (std::size_t i = 0; i != components.count(); ++i) {
            for (node_id const n : components.nodes(i)) {
                ++listed[n];
                wrong += !components.in_same_component(n, components.nodes(i).front());
            }
        }
        for (node_id n = 0; n != node_count; ++n) {
            wrong += listed[n] != (components.in_same_component(n, n) ? 1 : 0);
        }
    });
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(a_short_cycle_begins_with_a_wanted_arc_and_no_such_cycle_is_shorter) {
    std::size_t wrong = 0, found = 0;
    for_random_graphs([&](std::size_t node_count, arc_list const& arcs, adjacency const& graph,
                          cyclic_components const& components, scratch& memory) {
        distances const known(node_count, arcs);
        short_cycle_search search(memory, graph, components);
        for (std::size_t i = 0; i != components.count(); ++i) {
            auto const labels = search.find(i, &is_wanted);
            wrong += labels.size() != shortest_wanted(arcs, known, components.nodes(i).front());
            wrong += !is_cycle(arcs, labels) || (!labels.empty() && !is_wanted(labels[0]));
            found += !labels.empty();
        }
    });
    BOOST_TEST(wrong == 0U);
    BOOST_TEST(found > 100U);
}

BOOST_AUTO_TEST_CASE(a_ring_of_a_million_nodes_needs_no_deep_stack) {
    constexpr std::uint32_t size = 1'000'000;
    arc_list ring(size);
    for (std::uint32_t i = 0; i != size; ++i) {
        ring[i] = {i, {(i + 1) % size, i}};
    }
    scratch memory(scratch::used_in::process);
    adjacency const graph(memory, size, ring);
    cyclic_components const components(memory, graph);
    BOOST_TEST_REQUIRE(components.count() == 1U);
    BOOST_TEST(components.nodes(0).size() == size);
    short_cycle_search search(memory, graph, components);
    BOOST_TEST(search.find(0, [](std::uint32_t label) { return label == 7; }).size() == size);
}

BOOST_AUTO_TEST_CASE(arcs_of_a_node_keep_their_order) {
    scratch memory(scratch::used_in::process);
    arc_list const arcs{{1, {0, 0}}, {0, {1, 1}}, {1, {2, 2}}, {1, {1, 3}}};
    adjacency const graph(memory, 3, arcs);
    BOOST_TEST_REQUIRE(graph[1].size() == 3U);
    BOOST_TEST(graph[1][0].label == 0U);
    BOOST_TEST(graph[1][1].label == 2U);
    BOOST_TEST(graph[1][2].label == 3U);
    BOOST_TEST(graph[2].empty());
}
