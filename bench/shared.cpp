// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// shared and weak compared with std::shared_ptr and std::weak_ptr, and with the two locked
// additions that a copy and a drop need if several threads count.

#include <handrail/shared.hpp>

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace {

struct payload {
    int value[4];
};

struct payload_with_destructor : payload {
    ~payload_with_destructor() { benchmark::DoNotOptimize(value); }
};

template <class T>
void make_destroy_std(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(std::make_shared<T>());
    }
}
BENCHMARK_TEMPLATE(make_destroy_std, payload);
BENCHMARK_TEMPLATE(make_destroy_std, payload_with_destructor);

template <class T>
void make_destroy_shared(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(handrail::make<T>());
    }
}
BENCHMARK_TEMPLATE(make_destroy_shared, payload);
BENCHMARK_TEMPLATE(make_destroy_shared, payload_with_destructor);

template <class Pointer>
void copy_and_drop(benchmark::State& state, Pointer const& held) {
    for (auto _ : state) {
        Pointer copy(held);
        benchmark::DoNotOptimize(copy);
    }
}
void copy_drop_std(benchmark::State& state) { copy_and_drop(state, std::make_shared<payload>()); }
BENCHMARK(copy_drop_std);
void copy_drop_shared(benchmark::State& state) { copy_and_drop(state, handrail::make<payload>()); }
BENCHMARK(copy_drop_shared);

template <class Weak>
void lock_and_drop(benchmark::State& state, Weak const& watched) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(watched.lock());
    }
}
void weak_lock_std(benchmark::State& state) {
    auto const held = std::make_shared<payload>();
    lock_and_drop(state, std::weak_ptr<payload>(held));
}
BENCHMARK(weak_lock_std);
void weak_lock_shared(benchmark::State& state) {
    auto const held = handrail::make<payload>();
    lock_and_drop(state, handrail::weak<payload>(held));
}
BENCHMARK(weak_lock_shared);

void two_locked_additions(benchmark::State& state) {
    std::atomic<std::uint64_t> word{1};
    for (auto _ : state) {
        benchmark::DoNotOptimize(word.fetch_add(1, std::memory_order_relaxed));
        benchmark::DoNotOptimize(word.fetch_sub(1, std::memory_order_acq_rel));
    }
}
BENCHMARK(two_locked_additions);

}  // namespace
