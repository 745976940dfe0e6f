// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Graphs made by hand, without a program behind them.
//
//     hand_made_graph made(2, {{0, 1, strength::strong}, {1, 0, strength::strong}});
//     made.count(0, 1);
//     ownership const owners(made.look);

#pragma once

#include "lib/inspect/recognise/recogniser.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace handrail_test {

namespace inspect = handrail::inspect;

class no_memory : public inspect::memory {
public:
    no_memory() : memory(std::vector<inspect::region>()) {}

private:
    bool copy(inspect::address, std::span<std::byte>) const override { return false; }
};

class no_program : public inspect::target {
public:
    inspect::memory const& memory() const override { return memory_; }
    std::span<inspect::thread const> threads() const override { return {}; }
    std::span<inspect::descriptor const> descriptors() const override { return open; }
    bool knows_descriptors() const override { return true; }
    bool knows_births() const override { return has_births; }
    std::vector<std::string> problems() const override { return unread; }
    std::span<inspect::epoll_entry const> epoll_entries() const override { return {}; }
    std::string const& program() const override { return name_; }
    pid_t process() const override { return 0; }

    std::vector<inspect::descriptor> open;
    std::vector<std::string> unread;
    bool has_births = false;

private:
    no_memory memory_;
    std::string name_ = "none";
};

struct arrow {
    inspect::node_id from;
    inspect::node_id to;
    inspect::strength strength = inspect::strength::strong;
    std::uint32_t target_offset = 0;
};

class hand_made_graph {
    static constexpr std::uint64_t block_size = 64;

    static inspect::heap_blocks blocks(std::uint32_t count) {
        std::vector<inspect::heap_block> all;
        for (std::uint32_t i = 0; i != count; ++i) {
            all.push_back({0x10000 + i * block_size, block_size});
        }
        return inspect::heap_blocks(std::move(all));
    }
    static inspect::object_graph graph_of(inspect::heap_blocks const& heap,
                                          std::vector<arrow> const& arrows) {
        std::vector<inspect::node> nodes;
        for (inspect::heap_block const& each : heap.all()) {
            nodes.push_back({.begin = each.begin, .size = each.size});
        }
        std::vector<inspect::reference> references;
        std::uint32_t offset = 0;
        for (arrow const& each : arrows) {
            bool const same = !references.empty() && references.back().from == each.from;
            offset = same ? offset + 8 : 0;
            references.push_back({each.from, each.to, offset, each.target_offset, each.strength});
        }
        return {heap, std::move(nodes), std::move(references), {}};
    }

public:
    // The arrows of one node stand together, and nodes in order.
    hand_made_graph(std::uint32_t nodes, std::vector<arrow> const& arrows)
        : heap(blocks(nodes)), graph(graph_of(heap, arrows)) {}

    // Effects: makes the node a counted object.
    void count(inspect::node_id at, std::uint32_t strong, std::uint32_t weak = 0) {
        graph.nodes[at].kind = inspect::node_kind::control_block;
        look.counts.push_back({at, at, strong, weak});
    }
    // Effects: the program has a descriptor with the number, and the node holds it.
    void hold(int number, inspect::node_id at) {
        program.open.push_back({.number = number, .what = "unix"});
        look.add_holder({.number = number, .at = at, .offset = 16});
    }
    void root(inspect::root_kind kind, inspect::node_id to) {
        graph.roots.push_back({.kind = kind, .at = 8, .to = to});
    }

    no_program program;
    inspect::debug_info info{program};
    inspect::heap_blocks heap;
    inspect::object_graph graph;
    inspect::recognition look{program, info, graph};
};

}  // namespace handrail_test
