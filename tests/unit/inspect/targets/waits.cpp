// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that waits in several ways, counts signals, and answers. It writes one line,
//
//     ADDRESS-OF-COUNTER ADDRESS-OF-MARK-ON-A-STACK THREAD-OF-THE-MARK
//
// and after each byte of input "SIGNALS WRONG", until its input ends: how many SIGRTMIN have
// arrived, and how many waits have failed other than by a signal.

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <initializer_list>

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

namespace {

std::atomic<std::uint64_t> counter{0};
std::atomic<int> signals{0}, wrong{0};
std::atomic<std::uint64_t*> mark{nullptr};
std::atomic<pid_t> thread_of_mark{0};
sem_t ready;

void* counts(void*) {
    for (;;) {
        counter.fetch_add(1, std::memory_order_relaxed);
    }
}

[[gnu::noinline]] void leave_behind(std::uint64_t value) {
    std::uint64_t volatile unused[64];
    for (std::uint64_t volatile& each : unused) {
        each = value;
    }
}

void* sleeps(void*) {
    leave_behind(0x00dead00dead00);
    std::uint64_t on_the_stack = 0x1234567890abcdef;
    thread_of_mark = gettid();
    mark = &on_the_stack;
    sem_post(&ready);
    for (;;) {
        timespec const time{100, 0};
        if (nanosleep(&time, nullptr) != 0 && errno != EINTR) {
            ++wrong;
        }
    }
}

void* polls(void*) {
    sem_post(&ready);
    for (;;) {
        if (poll(nullptr, 0, -1) >= 0 || errno != EINTR) {
            ++wrong;
        }
    }
}

void* waits_for_ever(void*) {
    sem_t never;
    sem_init(&never, 0, 0);
    sem_post(&ready);
    for (;;) {
        if (sem_wait(&never) == 0 || errno != EINTR) {
            ++wrong;
        }
    }
}

void take(int) { ++signals; }

}  // namespace

int main() {
    sem_init(&ready, 0, 0);
    struct sigaction action{};
    action.sa_handler = &take;
    sigaction(SIGRTMIN, &action, nullptr);
    pthread_attr_t small;  // so that core files of this program are
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 << 10);
    for (auto* const each : {&sleeps, &polls, &waits_for_ever, &counts}) {
        pthread_t thread;
        pthread_create(&thread, &small, each, nullptr);
        if (each == &sleeps) {
            pthread_setname_np(thread, "sleeper");
        }
    }
    for (int i = 0; i != 3; ++i) {
        while (sem_wait(&ready) != 0) {
        }
    }
    std::printf("%p %p %d\n", static_cast<void*>(&counter), static_cast<void*>(mark.load()),
                thread_of_mark.load());
    for (;;) {
        std::fflush(stdout);
        char byte;
        ssize_t const got = read(0, &byte, 1);
        if (got == 0) {
            return 0;
        }
        if (got > 0) {
            std::printf("%d %d\n", signals.load(), wrong.load());
        }
    }
}
