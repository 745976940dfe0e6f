// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cost of a check: CPU time by the number of cleanups, and of allocations that the block map
// records, which is linked into this program.

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <random>
#include <vector>

#include <dlfcn.h>
#include <sys/resource.h>

namespace {

namespace leak_check = handrail::leak_check;

// A number of objects, each with a cleanup that holds the next one.
class chain {
public:
    chain(std::size_t length, leak_check::level level) {
        leak_check::set_level(level);
        objects_.reserve(length);
        for (std::size_t i = 0; i != length; ++i) {
            objects_.push_back(handrail::make<int>(1));
            if (i != 0) {
                handrail::add_cleanup(objects_[i - 1],
                                      handrail::capturing([next = objects_[i]] { (void)next; }));
            }
        }
    }
    chain(chain const&) = delete;
    chain& operator=(chain const&) = delete;
    ~chain() { leak_check::set_level(leak_check::level::off); }

private:
    std::vector<handrail::shared<int>> objects_;
};

void expect_complete(benchmark::State& state, leak_check::report const& report) {
    if (!report.complete || !report.findings.empty()) {
        state.SkipWithError(report.complete ? "there are findings" : report.missing.c_str());
    }
}

// CPU time of this process and of the children it has waited for, such as the frozen copy.
double cpu_seconds() {
    double sum = 0;
    for (int const who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage used{};
        ::getrusage(who, &used);
        for (timeval const& each : {used.ru_utime, used.ru_stime}) {
            sum += static_cast<double>(each.tv_sec) + static_cast<double>(each.tv_usec) * 1e-6;
        }
    }
    return sum;
}

void check(benchmark::State& state, leak_check::level level) {
    chain const objects(static_cast<std::size_t>(state.range(0)), level);
    for (auto _ : state) {
        double const before = cpu_seconds();
        expect_complete(state, leak_check::check_now());
        state.SetIterationTime(cpu_seconds() - before);
    }
}
void sizes(benchmark::internal::Benchmark* each) {
    each->RangeMultiplier(10)->Range(1000, 1'000'000)->UseManualTime()->Repetitions(5);
}
BENCHMARK_CAPTURE(check, handles, leak_check::level::handles)->Apply(&sizes);
BENCHMARK_CAPTURE(check, full, leak_check::level::full)->Apply(&sizes);

// Blocks of many sizes, of which a thousand exist at a time; each is written to, as objects are.
template <class Get, class Give>
void allocate(benchmark::State& state, Get get, Give give) {
    std::minstd_rand random(1);
    std::vector<void*> live(1024, nullptr);
    std::vector<std::size_t> sizes(4096);
    for (std::size_t& each : sizes) {
        each = 16 + random() % 240;
    }
    std::size_t at = 0;
    for (auto _ : state) {
        void*& place = live[at * 7 % live.size()];
        give(place);
        std::size_t const size = sizes[at++ % sizes.size()];
        place = get(size);
        std::memset(place, 1, size);  // not 0: malloc and a memset to 0 become calloc
    }
    for (void* const each : live) {
        give(each);
    }
}
// libstdc++'s own operators, which the block map has replaced in this program.
template <class Function>
Function* of_library(char const* name) {
    static void* const library = ::dlopen("libstdc++.so.6", RTLD_NOW | RTLD_NOLOAD);
    return reinterpret_cast<Function*>(::dlsym(library, name));
}
void allocate_without_block_map(benchmark::State& state) {
    allocate(state, of_library<void*(std::size_t)>("_Znwm"), of_library<void(void*)>("_ZdlPv"));
}
void allocate_with_block_map(benchmark::State& state) {
    allocate(state, static_cast<void* (*)(std::size_t)>(&::operator new),
             static_cast<void (*)(void*)>(&::operator delete));
}
BENCHMARK(allocate_without_block_map);
BENCHMARK(allocate_with_block_map);

}  // namespace
