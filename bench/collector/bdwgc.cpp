// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The peer of objects.cpp: bdwgc, objects in cycles of two with finalizers that need no order. It
// measures a collection until all finalizers have run; with finalizers, also the collection that
// frees the memory.
//
//     bench_bdwgc pairs_garbage|pairs_live OBJECTS ROUNDS

#include <gc/gc.h>

#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <string_view>

namespace {

struct node {
    node* other;
};

std::size_t ended = 0;

void end(void*, void*) { ++ended; }

double cpu_nanoseconds() {
    std::timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

node* make_node() {
    auto* const made = static_cast<node*>(GC_MALLOC(sizeof(node)));
    GC_register_finalizer_no_order(made, &end, nullptr, nullptr, nullptr);
    return made;
}

// Fills roots with one object of each pair. Not inlined: no pointer is left in a register.
[[gnu::noinline]] void build(node** roots, std::size_t pairs) {
    for (std::size_t i = 0; i < pairs; ++i) {
        node* const first = make_node();
        first->other = make_node();
        first->other->other = first;
        roots[i] = first;
    }
}

void forget(node** roots, std::size_t pairs) {
    for (std::size_t i = 0; i < pairs; ++i) {
        roots[i] = nullptr;
    }
}

void collect_and_end() {
    GC_gcollect();
    GC_invoke_finalizers();
}

// The stack is scanned conservatively: a few objects may stay, and end in the next round.
void check(bool live, std::size_t objects) {
    std::size_t const few = objects / 100;
    if (live ? ended > few : ended < objects - few) {
        std::cerr << "bench_bdwgc: " << ended << " finalizers ran" << std::endl;
        std::exit(1);
    }
    ended = 0;
}

double measure(bool live, std::size_t objects) {
    std::size_t const pairs = objects / 2;
    auto** const roots = static_cast<node**>(GC_MALLOC_UNCOLLECTABLE(pairs * sizeof(node*)));
    build(roots, pairs);
    if (!live) {
        forget(roots, pairs);
    }
    double const begin = cpu_nanoseconds();
    collect_and_end();
    if (!live) {
        GC_gcollect();
    }
    double const taken = cpu_nanoseconds() - begin;
    check(live, objects);
    GC_FREE(roots);
    collect_and_end();
    ended = 0;
    return taken / static_cast<double>(objects);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: bench_bdwgc pairs_garbage|pairs_live OBJECTS ROUNDS" << std::endl;
        return 1;
    }
    GC_INIT();
    GC_set_finalize_on_demand(1);
    bool const live = std::string_view(argv[1]) == "pairs_live";
    for (int rounds = std::stoi(argv[3]); rounds > 0; --rounds) {
        std::cout << measure(live, std::stoul(argv[2])) << std::endl;
    }
}
