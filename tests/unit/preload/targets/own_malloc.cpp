// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program with an allocator of its own. It prints how often it was called before main(), and ends
// with status 5 if births of descriptors do not call it.

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace {

constinit std::atomic<std::size_t> used{0};
constinit std::atomic<int> calls{0};
alignas(16) char memory[1 << 20];

}  // namespace

extern "C" {
void* malloc(std::size_t size) {
    ++calls;
    std::size_t const at = used.fetch_add((size + 15) / 16 * 16);
    return at + size <= sizeof memory ? memory + at : nullptr;
}
void free(void*) {}
void* calloc(std::size_t count, std::size_t size) { return malloc(count * size); }
void* realloc(void* old, std::size_t size) {
    void* const fresh = malloc(size);
    if (old != nullptr && fresh != nullptr) {
        std::memmove(fresh, old, size);  // more than there was: it is all in memory[]
    }
    return fresh;
}
}

int main() {
    int const before_main = calls;
    std::printf("%d allocations\n", before_main);
    std::fflush(stdout);
    int const before = calls;
    for (int i = 0; i != 100; ++i) {
        ::close(::dup(::open("/dev/null", O_RDONLY)));
    }
    return calls == before ? 5 : 1;
}
