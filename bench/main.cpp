// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The main of every benchmark program. While it measures, a second thread exists and sleeps:
// libstdc++ counts without atomic operations in a process with one thread, and no server is such a
// process.

#include <benchmark/benchmark.h>

#include <atomic>
#include <thread>

namespace {

class sleeping_thread {
public:
    sleeping_thread() = default;
    sleeping_thread(sleeping_thread const&) = delete;
    sleeping_thread& operator=(sleeping_thread const&) = delete;
    ~sleeping_thread() {
        done_ = true;
        done_.notify_one();
        thread_.join();
    }

private:
    std::atomic<bool> done_{false};
    std::thread thread_{[this] { done_.wait(false); }};
};

}  // namespace

int main(int argc, char** argv) {
    sleeping_thread const second;
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 1;
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
