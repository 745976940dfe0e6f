// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The time that single operations of a thread take, with and without passes in another thread.
//
//     bench_collector_latency passes|alone OBJECTS OPERATIONS
//
// OBJECTS nodes are alive, each with an edge and a container of edges. One thread stores into
// edges, copies from them and locks containers, of random nodes, and times each operation. Every
// 64th time it drops a cycle, so that passes find garbage. For each kind of operation the program
// prints its name, the median, the 99.9th percentile and the longest time, in nanoseconds,
// including the time of the clock. The last line is the number of passes.

#include <handrail/shared.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;

struct node {
    handrail::edge<node> next;
    handrail::traced<std::vector<handrail::edge<node>>> others;
    using managed_edges = handrail::edges<&node::next, &node::others>;
};

using graph = std::vector<handrail::shared<node>>;

graph build(std::size_t objects) {
    graph all(objects);
    for (auto& each : all) {
        each = handrail::make<node>();
    }
    for (std::size_t i = 0; i < objects; ++i) {
        all[i]->next = all[(i + 1) % objects];
        all[i]->others.write()->emplace_back(all[i / 2]);
    }
    return all;
}

void drop_cycle() {
    auto const a = handrail::make<node>();
    auto const b = handrail::make<node>();
    a->next = b;
    b->next = a;
}

void store(node& at, handrail::shared<node> const& what) { at.next = what; }

void copy(node& at, handrail::shared<node> const&) { handrail::shared<node> const held = at.next; }

void write(node& at, handrail::shared<node> const& what) { at.others.write()->front() = what; }

struct operation {
    std::string_view name;
    void (*run)(node& at, handrail::shared<node> const& what);
    std::vector<std::uint32_t> nanoseconds{};
};

class workload {
public:
    workload(graph const& all, std::size_t operations) : all_(all) {
        for (operation& each : kinds_) {
            each.nanoseconds.reserve(operations);
        }
    }

    void run(std::size_t operations) {
        for (std::size_t i = 0; i < operations; ++i) {
            for (operation& each : kinds_) {
                time(each);
            }
            if (i % 64 == 0) {
                drop_cycle();
            }
        }
    }

    void print() {
        for (operation& each : kinds_) {
            auto& times = each.nanoseconds;
            std::sort(times.begin(), times.end());
            std::cout << each.name << ' ' << times[times.size() / 2] << ' '
                      << times[times.size() - times.size() / 1000 - 1] << ' ' << times.back()
                      << '\n';
        }
    }

private:
    handrail::shared<node> const& any() { return all_[random_() % all_.size()]; }

    void time(operation& each) {
        node& at = *any();
        auto const& what = any();
        auto const begin = clock_type::now();
        each.run(at, what);
        auto const taken = std::chrono::nanoseconds(clock_type::now() - begin).count();
        each.nanoseconds.push_back(
            static_cast<std::uint32_t>(std::min<long long>(taken, UINT32_MAX)));
    }

    graph const& all_;
    std::minstd_rand random_{1};
    operation kinds_[3] = {{"store", &store}, {"copy", &copy}, {"write", &write}};
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: bench_collector_latency passes|alone OBJECTS OPERATIONS" << std::endl;
        return 1;
    }
    bool const with_passes = std::string_view(argv[1]) == "passes";
    std::size_t const operations = std::stoul(argv[3]);
    graph const all = build(std::stoul(argv[2]));
    workload work(all, operations);
    std::atomic<bool> over{false};
    std::size_t passes = 0;
    std::thread collector([&] {
        while (with_passes && !over.load()) {
            handrail::heap::global().collect();
            ++passes;
        }
    });
    work.run(operations);
    over.store(true);
    collector.join();
    work.print();
    std::cout << passes << std::endl;
}
