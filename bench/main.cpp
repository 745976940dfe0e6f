// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The main of every benchmark program. A thread is started first: libstdc++ counts without atomic
// operations in a process that never had one, and no server is such a process.

#include <benchmark/benchmark.h>

#include <thread>

int main(int argc, char** argv) {
    std::thread([] {}).join();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 1;
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
