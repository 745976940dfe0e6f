// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that waits in several ways, counts signals, and answers. It writes one line,
//
//     ADDRESS-OF-COUNTER ADDRESS-OF-MARK-ON-A-STACK THREAD-OF-THE-MARK THREAD-OF-THE-COUNTER WORDS
//
// and after each byte of input "SIGNALS WRONG", until its input ends: how many SIGRTMIN have
// arrived, and what else has happened that must not: a wait that failed other than by such a
// signal, a register that changed, a SIGCHLD, a child. WORDS are the addresses of three words in
// memory that a child would not have: it is wiped, it is not inherited, it is shared.
//
//     waits MEGABYTES [confined | limited]
//
// It uses so many megabytes; a filter of system calls ends it if it makes a child, or it may have
// no more processes.

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <initializer_list>
#include <string_view>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

std::atomic<std::uint64_t> counter{0};
std::atomic<int> signals{0}, wrong{0};
std::atomic<std::uint64_t*> mark{nullptr};
std::atomic<pid_t> thread_of_mark{0}, thread_of_counter{0};
sem_t ready;

// Returns: whether registers that it has set have kept their values for a while.
bool keeps_registers() {
    std::uint64_t differences = 0;
    asm volatile(
        "mov $0x123456789abcdef, %%rdx; movq %%rdx, %%xmm3; mov %%rdx, %%rdi; mov %%rdx, %%rsi\n\t"
        "mov %%rdx, %%r8; mov %%rdx, %%r10; mov %%rdx, %%r11; mov $100000, %%ecx\n"
        "1: dec %%ecx; jnz 1b\n\t"
        "movq %%xmm3, %%rax; xor %%rdx, %%rax; or %%rax, %0\n\t"
        "xor %%rdx, %%r8; or %%r8, %0; xor %%rdx, %%r10; or %%r10, %0\n\t"
        "xor %%rdx, %%rdi; or %%rdi, %0; xor %%rdx, %%rsi; or %%rsi, %0\n\t"
        "xor %%rdx, %%r11; or %%r11, %0\n\t"
        "mov $0x123456789abcdef, %%rax; xor %%rdx, %%rax; or %%rax, %0\n\t"
        : "+b"(differences)
        :
        : "rax", "rcx", "rdx", "rdi", "rsi", "r8", "r10", "r11", "xmm3", "cc");
    return differences == 0;
}

// The same of the upper half of a vector.
[[gnu::target("avx2")]] bool keeps_vectors() {
    std::uint64_t differences = 0;
    asm volatile(
        "mov $0x123456789abcdef, %%rdx; movq %%rdx, %%xmm3; vpbroadcastq %%xmm3, %%ymm9\n\t"
        "mov $100000, %%ecx\n"
        "1: dec %%ecx; jnz 1b\n\t"
        "vextracti128 $1, %%ymm9, %%xmm10; movq %%xmm10, %%rax; xor %%rdx, %%rax; or %%rax, %0\n\t"
        : "+b"(differences)
        :
        : "rax", "rcx", "rdx", "xmm3", "xmm9", "xmm10", "cc");
    return differences == 0;
}

void* counts(void*) {
    bool const has_vectors = __builtin_cpu_supports("avx2");
    thread_of_counter = gettid();
    sem_post(&ready);
    for (;;) {
        counter.fetch_add(1, std::memory_order_relaxed);
        if (!keeps_registers() || (has_vectors && !keeps_vectors())) {
            ++wrong;
        }
    }
}

// Without a signal of ours, nothing may end a wait.
bool is_interrupted() { return errno == EINTR && signals != 0; }

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
        if (nanosleep(&time, nullptr) != 0 && !is_interrupted()) {
            ++wrong;
        }
    }
}

void* polls(void*) {
    sem_post(&ready);
    for (;;) {
        if (poll(nullptr, 0, -1) >= 0 || !is_interrupted()) {
            ++wrong;
        }
    }
}

void* waits_for_ever(void*) {
    sem_t never;
    sem_init(&never, 0, 0);
    sem_post(&ready);
    for (;;) {
        if (sem_wait(&never) == 0 || !is_interrupted()) {
            ++wrong;
        }
    }
}

void take(int) { ++signals; }
void take_child(int) { ++wrong; }

void use(std::size_t megabytes) {
    static void* used = std::malloc((megabytes << 20) + 1);
    std::memset(used, 1, megabytes << 20);
}

std::uint64_t* page_with_mark(int kind, int advice) {
    void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
    madvise(page, 4096, advice);
    auto* const word = static_cast<std::uint64_t*>(page);
    *word = 0x1234567890abcdef;
    return word;
}

void forbid_children() {
    sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 1),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    sock_fprog const filter{4, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) != 0) {
        std::abort();
    }
}

// For the main thread alone, since libc would interrupt the others.
void limit_children() {
    rlimit const none{0, 0};
    setrlimit(RLIMIT_NPROC, &none);
    syscall(SYS_setresuid, 65534, 65534, 65534);  // of root, no limit is asked
}

void start_threads() {
    sem_init(&ready, 0, 0);
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
    for (int i = 0; i != 4; ++i) {
        while (sem_wait(&ready) != 0) {
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    use(count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 0);
    std::string_view const mode = count > 2 ? arguments[2] : "";
    struct sigaction action{};
    action.sa_handler = &take;
    sigaction(SIGRTMIN, &action, nullptr);
    action.sa_handler = &take_child;
    sigaction(SIGCHLD, &action, nullptr);
    start_threads();
    if (mode == "confined") {
        forbid_children();
    } else if (mode == "limited") {
        limit_children();
    }
    void* const wiped = page_with_mark(MAP_PRIVATE, MADV_WIPEONFORK);
    void* const not_inherited = page_with_mark(MAP_PRIVATE, MADV_DONTFORK);
    void* const shared = page_with_mark(MAP_SHARED, MADV_NORMAL);
    std::printf("%p %p %d %d %p %p %p\n", static_cast<void*>(&counter),
                static_cast<void*>(mark.load()), thread_of_mark.load(), thread_of_counter.load(),
                wiped, not_inherited, shared);
    for (;;) {
        std::fflush(stdout);
        char byte;
        ssize_t const got = read(0, &byte, 1);
        if (got == 0) {
            return 0;
        }
        if (got > 0) {
            wrong += waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD;
            std::printf("%d %d\n", signals.load(), wrong.load());
        } else if (!is_interrupted()) {
            ++wrong;
        }
    }
}
