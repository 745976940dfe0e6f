// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a guard costs over the raw system calls, and what level handles costs over off.

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>

#include <boost/asio/buffer.hpp>

#include <benchmark/benchmark.h>

#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace {

constexpr char const* path = "/proc/self/exe";

void open_close_raw(benchmark::State& state) {
    for (auto _ : state) {
        int const fd = ::open(path, O_RDONLY | O_CLOEXEC);
        benchmark::DoNotOptimize(fd);
        ::close(fd);
    }
}
BENCHMARK(open_close_raw);

void open_close_file(benchmark::State& state) {
    handrail::leak_check::enable(handrail::leak_check::level::off);
    for (auto _ : state) {
        auto f = handrail::file::open(path, handrail::file::read_only);
        benchmark::DoNotOptimize(f);
    }
}
BENCHMARK(open_close_file);

void open_read_close(benchmark::State& state, handrail::leak_check::level level) {
    handrail::leak_check::enable(level);
    std::array<char, 4096> bytes;
    for (auto _ : state) {
        auto f = handrail::file::open(path, handrail::file::read_only);
        benchmark::DoNotOptimize(f.read_some(boost::asio::buffer(bytes)));
    }
    handrail::leak_check::enable(handrail::leak_check::level::off);
}
BENCHMARK_CAPTURE(open_read_close, off, handrail::leak_check::level::off);
BENCHMARK_CAPTURE(open_read_close, handles, handrail::leak_check::level::handles);

}  // namespace
