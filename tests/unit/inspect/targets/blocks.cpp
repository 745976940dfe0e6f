// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that records each of its heap blocks, those of the C library included: the truth for
// tests of the walk over glibc's heap. It allocates and frees in several threads, then writes
//
//     ADDRESS-OF-TABLE SIZE-OF-TABLE
//
// and waits for the end of its input. The table has {begin, size that was asked for}; begin is 0
// where there is none.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include <pthread.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace {

struct entry {
    void* begin;
    std::size_t size;
};
constexpr std::size_t places = 1 << 20;
entry table[places];
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

std::size_t place_of(void const* block) {
    return (reinterpret_cast<std::uintptr_t>(block) / 16 * 0x9e3779b97f4a7c15U) >> 44;
}

void* const removed = reinterpret_cast<void*>(1);

void* add(void* block, std::size_t size) {
    if (block != nullptr) {
        pthread_mutex_lock(&mutex);
        std::size_t at = place_of(block);
        while (table[at].begin != nullptr && table[at].begin != removed) {
            at = (at + 1) % places;
        }
        table[at] = {block, size};
        pthread_mutex_unlock(&mutex);
    }
    return block;
}

void remove(void* block) {
    if (block != nullptr) {
        pthread_mutex_lock(&mutex);
        std::size_t at = place_of(block);
        while (table[at].begin != block) {
            at = (at + 1) % places;
        }
        table[at].begin = removed;
        pthread_mutex_unlock(&mutex);
    }
}

struct worker {
    std::uint64_t state;
    std::size_t blocks;
    bool large;  // fills more than one heap
    void** mine;
    pthread_barrier_t* done;

    std::uint64_t random() {
        state = state * 6364136223846793005U + 1442695040888963407U;
        return state >> 33;
    }

    void* allocate() {
        switch (random() % 16) {
            case 0: return std::malloc(random() % 100'000);
            case 1: return std::malloc(100'000 + random() % 400'000);
            case 2: return std::aligned_alloc(std::size_t{32} << random() % 8, random() % 10'000);
            case 3: return std::calloc(1, random() % 5'000);
            case 4: return std::aligned_alloc(std::size_t{32} << random() % 12, 300'000);
            default: return std::malloc(random() % 1'200);
        }
    }

    // Frees of equal sizes, one after another: some stay in the thread's cache, some go to a fast
    // bin.
    void free_equal_ones() {
        for (std::size_t const size : {24, 40, 104, 120}) {
            void* equal[30];
            for (void*& each : equal) {
                each = std::malloc(size);
            }
            for (std::size_t i = 0; i < 30; i += 1 + i % 2) {
                std::free(equal[i]);
            }
        }
    }

    void run() {
        mine = static_cast<void**>(std::malloc(blocks * sizeof *mine));
        for (std::size_t i = 0; i != blocks; ++i) {
            mine[i] = large ? std::malloc(60'000 + random() % 60'000) : allocate();
        }
        for (std::size_t i = 0; i != blocks * 2; ++i) {
            std::size_t const at = random() % blocks;
            if (random() % 8 == 0) {
                mine[at] = std::realloc(mine[at], random() % 3'000 + 1);
            } else {
                std::free(mine[at]);
                mine[at] = random() % 3 == 0 ? allocate() : nullptr;
            }
        }
        free_equal_ones();
    }
};

void* start(void* argument) {
    auto& self = *static_cast<worker*>(argument);
    self.run();
    pthread_barrier_wait(self.done);
    for (;;) {
        pause();
    }
}

void* end_at_once(void*) {
    for (int i = 0; i != 100; ++i) {
        std::free(std::malloc(static_cast<std::size_t>(i) * 10));
    }
    return nullptr;
}

}  // namespace

// Visible, so that libraries call them, too.
#pragma GCC visibility push(default)
extern "C" {
void* malloc(std::size_t size) { return add(__libc_malloc(size), size); }
void* calloc(std::size_t count, std::size_t size) {
    return add(__libc_calloc(count, size), count * size);
}
void* realloc(void* block, std::size_t size) {
    remove(block);
    return add(__libc_realloc(block, size), size);
}
void* memalign(std::size_t alignment, std::size_t size) {
    return add(__libc_memalign(alignment, size), size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
    *result = memalign(alignment, size);
    return *result == nullptr;
}
void free(void* block) {
    remove(block);
    __libc_free(block);
}
}
#pragma GCC visibility pop

int main(int, char** arguments) {
    std::size_t const threads = std::strtoul(arguments[1], nullptr, 10);
    std::uint64_t const seed = std::strtoul(arguments[2], nullptr, 10);
    bool const own_memory = arguments[3][0] == 'b';  // calls sbrk itself
    pthread_barrier_t done;
    pthread_barrier_init(&done, nullptr, static_cast<unsigned>(threads) + 1);
    pthread_t ended;
    pthread_create(&ended, nullptr, &end_at_once, nullptr);
    pthread_join(ended, nullptr);
    auto* const all = static_cast<worker*>(std::calloc(threads + 1, sizeof(worker)));
    for (std::size_t i = 0; i != threads; ++i) {
        all[i] = {seed + i, 2'000, i == 1, nullptr, &done};
        pthread_t each;
        pthread_create(&each, nullptr, &start, &all[i]);
    }
    all[threads] = {seed + threads, 4'000, false, nullptr, &done};
    all[threads].run();
    if (own_memory) {
        sbrk(100'000);
        all[threads].state += 1;
        all[threads].run();
    }
    pthread_barrier_wait(&done);
    std::printf("%p %zu\n", static_cast<void*>(table), places);
    std::fflush(stdout);
    char end;
    while (read(0, &end, 1) > 0) {
    }
}
