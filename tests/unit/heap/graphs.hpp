// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Objects with edges, for the tests of the collector.

#pragma once

#include "tests/unit/heap/support.hpp"

#include <handrail/cleanup.hpp>
#include <handrail/shared.hpp>
#include <handrail/testing.hpp>

#include <array>
#include <map>
#include <string>
#include <vector>

namespace heap_test {

using handrail::add_cleanup;
using handrail::edge;
using handrail::edges;
using handrail::heap;
using handrail::traced;

// Counts its objects.
struct counted_node {
    static inline long alive = 0;
    counted_node() { ++alive; }
    counted_node(counted_node const&) = delete;
    counted_node& operator=(counted_node const&) = delete;
    ~counted_node() { --alive; }
};

struct pair_node : counted_node {
    edge<pair_node> next;
    edge<pair_node> other;
    using managed_edges = edges<&pair_node::next, &pair_node::other>;
};

struct list_node : counted_node {
    traced<std::vector<edge<list_node>>> kids;
    traced<std::map<std::string, edge<list_node>>> named;
    using managed_edges = edges<&list_node::kids, &list_node::named>;
};

// Every test of the collector runs with the verifier on.
struct verified {
    verified() {
        handrail::testing::verify_passes(true);
        take_events();
        counted_node::alive = 0;
    }
    verified(verified const&) = delete;
    verified& operator=(verified const&) = delete;
    ~verified() {
        handrail::heap::global().collect();
        handrail::testing::verify_passes(false);
    }
};

template <class T>
void link_ring(std::vector<shared<T>> const& nodes) {
    for (std::size_t i = 0; i != nodes.size(); ++i) {
        nodes[i]->next = nodes[(i + 1) % nodes.size()];
    }
}

template <class T>
std::vector<shared<T>> make_nodes(heap& where, std::size_t count) {
    std::vector<shared<T>> nodes;
    for (std::size_t i = 0; i != count; ++i) {
        nodes.push_back(where.make<T>());
    }
    return nodes;
}

}  // namespace heap_test
