// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that ends, forks or runs out of descriptors as its argument says.

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

char const* self = nullptr;

void print(int number, char const* call) {
    std::printf("%d %s\n", number, call);
    std::fflush(stdout);
}

int wait_for_child() {
    int status = 0;
    ::wait(&status);
    return WEXITSTATUS(status);
}

int returns() { return 5; }
int exits() { std::exit(5); }
int exits_at_once() { ::_exit(5); }
int exits_at_once_as_c() { std::_Exit(5); }
int exits_quickly() { std::quick_exit(5); }
int exits_in_libc() { ::errx(5, "ends"); }
int is_killed() { return std::raise(SIGKILL); }
int exits_in_a_thread() {
    std::thread([] { std::exit(5); }).join();
    return 0;
}
int ends_with_its_last_thread() {
    std::thread([] {}).detach();
    ::pthread_exit(nullptr);
}
int exits_twice() {
    std::atexit([] { ::_exit(5); });
    return 0;
}
int exits_in_a_handler() {
    std::signal(SIGUSR1, [](int) { ::_exit(5); });
    return std::raise(SIGUSR1);
}

int is_interrupted() { return std::raise(SIGINT); }
// The default, before and after a handler of the program's own.
int handles_interrupts() {
    auto* const before = std::signal(SIGINT, [](int) {});
    std::raise(SIGINT);
    struct sigaction now{};
    auto* const handler = std::signal(SIGINT, SIG_DFL);
    ::sigaction(SIGINT, nullptr, &now);
    return before == SIG_DFL && handler != SIG_DFL && now.sa_handler == SIG_DFL && now.sa_flags == 0
               ? 5
               : 1;
}
int is_interrupted_after_handling() {
    handles_interrupts();
    return std::raise(SIGINT);
}
int is_interrupted_in_a_child() {
    if (::fork() == 0) {
        std::raise(SIGTERM);
    }
    int status = 0;
    ::wait(&status);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 5 : 1;
}

int forks() {
    print(::open("/dev/null", O_RDONLY), "open");
    if (::fork() == 0) {
        ::close(3);
        ::dup2(0, 3);
        std::exit(5);
    }
    return wait_for_child();
}

// The child has the parent's memory.
int vforks() {
    print(::open("/dev/null", O_RDONLY), "open");
    if (::vfork() == 0) {
        ::close(3);
        ::dup2(0, 3);
        ::_exit(5);
    }
    int const status = wait_for_child();
    print(::dup(0), "dup");  // the parent goes on recording
    return status;
}

int executes() {
    if (::fork() == 0) {
        ::execl(self, self, "exits", nullptr);
    }
    return wait_for_child();
}

int shows_environment() {
    for (char** each = environ; *each != nullptr; ++each) {
        if (std::strncmp(*each, "LD_PRELOAD", 10) == 0 || std::strncmp(*each, "HANDRAIL", 8) == 0) {
            std::puts(*each);
        }
    }
    return 5;
}

int opens_many() {
    for (int i = 0; i != 40; ++i) {
        if (::open("/dev/null", O_RDONLY) == -1) {
            return 1;
        }
    }
    return 5;
}

int opens_too_many() {
    rlimit const few{30, 30};
    ::setrlimit(RLIMIT_NOFILE, &few);
    while (::open("/dev/null", O_RDONLY) != -1) {
    }
    return errno == EMFILE ? 5 : 1;
}

// Above where the library keeps its channel, if the limit of descriptors is as usual. It needs some
// free numbers.
int end_of_numbers() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<int>(std::min<rlim_t>(limit.rlim_cur - 10, 1010));
}

int closes_all() {
    for (int number = 3; number < end_of_numbers(); ++number) {
        ::close(number);
    }
    ::close_range(3, ~0U, 0);
    ::closefrom(3);
    for (int number = 3; number < end_of_numbers(); ++number) {
        if (::dup2(0, number) != number) {
            return 1;
        }
    }
    return 5;
}

// By system call, so that the library does not see it: its number is another descriptor's now.
int takes_the_channels_number() {
    for (int number = 3; number < end_of_numbers(); ++number) {
        ::syscall(SYS_dup2, 1, number);
    }
    return 5;
}

std::sig_atomic_t volatile handled = 0;

// A handler that makes and closes descriptors, in the middle of the same in the program.
int opens_in_handlers() {
    std::signal(SIGALRM, [](int) {
        int const before = errno;
        ::close(::open("/dev/null", O_RDONLY));
        ::dup2(0, 100);
        errno = before;
        handled = handled + 1;
    });
    itimerval const often{{0, 200}, {0, 200}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
    while (handled < 500) {
        ::close(::open("/dev/null", O_RDONLY));
        ::dup2(0, 100);
    }
    std::signal(SIGALRM, SIG_IGN);
    print(::open("/dev/null", O_RDONLY), "open");
    return 5;
}

int loads_a_module() {
    void* const module = ::dlopen(PRELOAD_MODULE, RTLD_NOW);
    auto* const make = reinterpret_cast<int (*)()>(::dlsym(module, "make_descriptor"));
    print(make(), "dup");
    return 5;
}

std::map<std::string, int (*)()> const endings{
    {"returns", returns},
    {"exits", exits},
    {"exits_at_once", exits_at_once},
    {"exits_at_once_as_c", exits_at_once_as_c},
    {"exits_quickly", exits_quickly},
    {"exits_in_libc", exits_in_libc},
    {"is_killed", is_killed},
    {"exits_in_a_thread", exits_in_a_thread},
    {"ends_with_its_last_thread", ends_with_its_last_thread},
    {"exits_twice", exits_twice},
    {"exits_in_a_handler", exits_in_a_handler},
    {"is_interrupted", is_interrupted},
    {"handles_interrupts", handles_interrupts},
    {"is_interrupted_after_handling", is_interrupted_after_handling},
    {"is_interrupted_in_a_child", is_interrupted_in_a_child},
    {"forks", forks},
    {"vforks", vforks},
    {"executes", executes},
    {"shows_environment", shows_environment},
    {"opens_many", opens_many},
    {"opens_too_many", opens_too_many},
    {"closes_all", closes_all},
    {"takes_the_channels_number", takes_the_channels_number},
    {"opens_in_handlers", opens_in_handlers},
    {"loads_a_module", loads_a_module},
};

}  // namespace

int main(int, char** arguments) {
    self = arguments[0];
    return endings.at(arguments[1])();
}
