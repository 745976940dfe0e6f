// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cost of one collect() for each object with an edge.
//
//     bench_collector SHAPE OBJECTS ROUNDS
//
// Builds the objects and collects, ROUNDS times. Each time it prints the CPU time of collect() in
// nanoseconds, destructors and the freeing of memory included, divided by OBJECTS. The peers,
// bdwgc.cpp and cpython.py, take the same arguments and print the same.

#include <handrail/cleanup.hpp>
#include <handrail/shared.hpp>

#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct node {
    handrail::edge<node> other;
    using managed_edges = handrail::edges<&node::other>;
};

struct leaf {
    long value = 0;
};

struct shape {
    std::string_view name;
    bool live = false;
    bool ring = false;    // one ring of all objects, otherwise rings of two
    bool leaves = false;  // as many objects without edges exist besides
    bool cleanups = false;
};

constexpr shape shapes[] = {
    {.name = "pairs_garbage"},
    {.name = "pairs_live", .live = true},
    {.name = "ring_garbage", .ring = true},
    {.name = "pairs_garbage_beside_leaves", .leaves = true},
    {.name = "pairs_live_beside_leaves", .live = true, .leaves = true},
    {.name = "pairs_garbage_with_cleanups", .cleanups = true},
};

double cpu_nanoseconds() {
    std::timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

[[noreturn]] void fail(std::string const& what) {
    std::cerr << "bench_collector: " << what << std::endl;
    std::exit(1);
}

std::size_t cleanups_run = 0;

handrail::shared<node> make_node(shape const& wanted) {
    auto made = handrail::make<node>();
    if (wanted.cleanups) {
        handrail::add_cleanup(made, [](std::size_t* count) { ++*count; }, &cleanups_run);
    }
    return made;
}

struct population {
    std::vector<handrail::shared<node>> roots;
    std::vector<handrail::shared<leaf>> leaves;
};

void add_ring(population& all, shape const& wanted, std::size_t length) {
    auto const first = make_node(wanted);
    auto last = first;
    for (std::size_t i = 1; i < length; ++i) {
        auto fresh = make_node(wanted);
        last->other = fresh;
        last = std::move(fresh);
    }
    last->other = first;
    if (wanted.live) {
        all.roots.push_back(first);
    }
}

population build(shape const& wanted, std::size_t objects) {
    population all;
    std::size_t const length = wanted.ring ? objects : 2;
    for (std::size_t made = 0; made < objects; made += length) {
        add_ring(all, wanted, length);
    }
    for (std::size_t i = 0; wanted.leaves && i < objects; ++i) {
        all.leaves.push_back(handrail::make<leaf>());
    }
    return all;
}

// A pass that takes longer than some seconds, on a busy machine, ends without deciding the rest.
handrail::collect_result collect(std::size_t expected) {
    auto did = handrail::heap::global().collect();
    for (int late = 0; did.reclaimed < expected && late != 10; ++late) {
        did.reclaimed += handrail::heap::global().collect().reclaimed;
    }
    return did;
}

void check(shape const& wanted, std::size_t objects, handrail::collect_result const& did) {
    std::size_t const expected = wanted.live ? 0 : objects;
    if (did.examined < objects || did.reclaimed != expected) {
        fail(std::to_string(did.reclaimed) + " of " + std::to_string(did.examined) + " reclaimed");
    }
    if (cleanups_run != (wanted.cleanups ? objects : 0)) {
        fail(std::to_string(cleanups_run) + " cleanups ran");
    }
    cleanups_run = 0;
}

double measure(shape const& wanted, std::size_t objects) {
    population all = build(wanted, objects);
    double const begin = cpu_nanoseconds();
    auto const did = collect(wanted.live ? 0 : objects);
    double const taken = cpu_nanoseconds() - begin;
    check(wanted, objects, did);
    all = {};
    handrail::heap::global().collect();
    return taken / static_cast<double>(objects);
}

shape const& shape_named(std::string_view name) {
    for (shape const& each : shapes) {
        if (each.name == name) {
            return each;
        }
    }
    fail("no such shape: " + std::string(name));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        fail("usage: bench_collector SHAPE OBJECTS ROUNDS");
    }
    std::thread([] {}).join();  // as in main.cpp
    shape const& wanted = shape_named(argv[1]);
    std::size_t const objects = std::stoul(argv[2]);
    for (int rounds = std::stoi(argv[3]); rounds > 0; --rounds) {
        std::cout << measure(wanted, objects) << std::endl;
    }
}
