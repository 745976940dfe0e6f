// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Registers and runs one cleanup with an argument of pointer size. The peer is an allocation of the
// same size, which no design with a record per cleanup can avoid.

#include <handrail/cleanup.hpp>
#include <handrail/handle.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdlib>

#include <malloc.h>

namespace {

// A handle that costs nothing to open and close.
struct free_traits {
    using native_handle_type = int;
    static constexpr char const* kind = "benchmark handle";
    static int invalid() noexcept { return -1; }
    static bool is_valid(int h) noexcept { return h >= 0; }
    static boost::system::error_code close(int) noexcept { return {}; }
};
using free_handle = handrail::unique_handle<free_traits>;

constexpr auto touch = [](int* p) { benchmark::DoNotOptimize(p); };

// The memory that malloc uses for one registration, its own bookkeeping included.
double bytes_per_cleanup() {
    constexpr int many = 10'000;
    int sink = 0;
    free_handle owner(1);
    std::size_t const before = ::mallinfo2().uordblks;
    for (int i = 0; i != many; ++i) {
        handrail::add_cleanup(owner, touch, &sink);
    }
    return static_cast<double>(::mallinfo2().uordblks - before) / many;
}

void register_and_run(benchmark::State& state) {
    static double const bytes = bytes_per_cleanup();
    int sink = 0;
    for (auto _ : state) {
        free_handle owner(1);
        handrail::add_cleanup(owner, touch, &sink);
    }
    state.counters["bytes"] = bytes;
}
BENCHMARK(register_and_run);

void register_and_stop(benchmark::State& state) {
    int sink = 0;
    free_handle owner(1);
    for (auto _ : state) {
        handrail::add_cleanup(owner, touch, &sink).stop();
    }
}
BENCHMARK(register_and_stop);

void owner_without_cleanups(benchmark::State& state) {
    for (auto _ : state) {
        free_handle owner(1);
        benchmark::DoNotOptimize(owner);
    }
}
BENCHMARK(owner_without_cleanups);

void allocate_and_free(benchmark::State& state) {
    for (auto _ : state) {
        void* p = std::malloc(40);
        benchmark::DoNotOptimize(p);
        std::free(p);
    }
}
BENCHMARK(allocate_and_free);

}  // namespace
