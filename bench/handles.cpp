// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The cost of a guard compared with the raw system calls, and of level handles compared with off.
// The file is ordinary, small, and cached by the kernel after the first opening, so that additional
// costs are largest in proportion.

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>

#include <boost/asio/buffer.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using handrail::leak_check::level;

using page = std::array<char, 4096>;

// A file of one page, which exists as long as the program runs.
class scratch_file {
public:
    scratch_file() {
        int const fd = ::mkstemp(path_.data());
        if (fd == -1 || ::write(fd, page{}.data(), sizeof(page)) != sizeof(page)) {
            std::perror(path_.c_str());
            std::exit(1);
        }
        ::close(fd);
    }
    scratch_file(scratch_file const&) = delete;
    scratch_file& operator=(scratch_file const&) = delete;
    ~scratch_file() { ::unlink(path_.c_str()); }

    char const* path() const noexcept { return path_.c_str(); }

private:
    std::string path_ = "/tmp/handrail-bench-XXXXXX";
};

char const* path() {
    static scratch_file const file;
    return file.path();
}

void open_close_raw(benchmark::State& state, int access) {
    char const* const name = path();
    for (auto _ : state) {
        int const fd = ::open(name, access | O_CLOEXEC);
        benchmark::DoNotOptimize(fd);
        ::close(fd);
    }
}
BENCHMARK_CAPTURE(open_close_raw, reading, O_RDONLY);
BENCHMARK_CAPTURE(open_close_raw, writing, O_RDWR);

// The calls of a program that refuses directories, as file does.
void open_look_close_raw(benchmark::State& state) {
    char const* const name = path();
    for (auto _ : state) {
        int const fd = ::open(name, O_RDONLY | O_CLOEXEC);
        struct stat about;
        if (::fstat(fd, &about) != 0 || S_ISDIR(about.st_mode)) {
            state.SkipWithError("a directory");
        }
        ::close(fd);
    }
}
BENCHMARK(open_look_close_raw);

void open_close_file(benchmark::State& state, handrail::file::flags access) {
    char const* const name = path();
    for (auto _ : state) {
        auto f = handrail::file::open(name, access);
        benchmark::DoNotOptimize(f);
    }
}
BENCHMARK_CAPTURE(open_close_file, reading, handrail::file::read_only);
BENCHMARK_CAPTURE(open_close_file, writing, handrail::file::read_write);

void open_read_close(benchmark::State& state, level checked) {
    handrail::leak_check::set_level(checked);
    char const* const name = path();
    page bytes;
    for (auto _ : state) {
        auto f = handrail::file::open(name, handrail::file::read_only);
        benchmark::DoNotOptimize(f.read_some(boost::asio::buffer(bytes)));
    }
    handrail::leak_check::set_level(level::off);
}
BENCHMARK_CAPTURE(open_read_close, off, level::off);
BENCHMARK_CAPTURE(open_read_close, handles, level::handles);

}  // namespace
