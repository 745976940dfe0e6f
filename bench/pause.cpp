// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cost of a check at level full for the thread that calls it, by the memory that the program
// uses. Most of it goes into making the frozen copy, while other threads' registrations wait. It is
// a program of its own, because the memory of other benchmarks would count.

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstring>
#include <memory>

namespace {

namespace leak_check = handrail::leak_check;

void pause(benchmark::State& state) {
    leak_check::set_level(leak_check::level::full);
    auto const owner = handrail::make<int>(1);
    handrail::add_cleanup(owner, [](int) {}, 1);
    std::size_t const size = static_cast<std::size_t>(state.range(0)) << 20;
    std::unique_ptr<char[]> const memory(new char[size]);
    std::memset(memory.get(), 1, size);
    for (auto _ : state) {
        if (auto const report = leak_check::check_now(); !report.complete) {
            state.SkipWithError(report.missing.c_str());
        }
    }
    leak_check::set_level(leak_check::level::off);
}
BENCHMARK(pause)->Arg(100)->Arg(1000)->Repetitions(9);

}  // namespace
