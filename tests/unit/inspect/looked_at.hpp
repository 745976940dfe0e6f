// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Everything that is known of one run of a program of tests/unit/inspect/targets, which writes a
// line for each of its objects, "name address", and then "ready".

#pragma once

#include "lib/inspect/heap/glibc_heap.hpp"
#include "lib/inspect/ownership/ownership.hpp"
#include "lib/inspect/target/stopped_process.hpp"

#include "tests/unit/inspect/target_program.hpp"

#include <map>
#include <memory>
#include <string>

namespace handrail_test {

namespace inspect = handrail::inspect;

struct looked_at {
    explicit looked_at(char const* name) : running(name) {
        for (std::string line = running.line(); line != "ready"; line = running.line()) {
            std::size_t const space = line.find(' ');
            items[line.substr(0, space)] = std::stoull(line.substr(space + 1), nullptr, 16);
        }
        program = inspect::stop_process(running.process());
        heap = inspect::read_glibc_heap(*program);
        info = std::make_unique<inspect::debug_info>(*program);
        graph = std::make_unique<inspect::object_graph>(
            inspect::read_graph(*program, heap.blocks, *info));
        look = std::make_unique<inspect::recognition>(*program, *info, *graph);
        inspect::recognise(*look);
        owners = std::make_unique<inspect::ownership>(*look);
    }

    inspect::node_id node_of(std::string const& name) const {
        return graph->node_around(items.at(name));
    }

    target_program running;
    std::map<std::string, inspect::address> items;
    std::unique_ptr<inspect::target> program;
    inspect::glibc_heap heap;
    std::unique_ptr<inspect::debug_info> info;
    std::unique_ptr<inspect::object_graph> graph;
    std::unique_ptr<inspect::recognition> look;
    std::unique_ptr<inspect::ownership> owners;
};

}  // namespace handrail_test
