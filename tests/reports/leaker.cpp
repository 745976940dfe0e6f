// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that leaks as it is told, for tests of what is reported about it.
//
// usage: leaker WHAT [FILE]
//   clean       nothing
//   open        a handle, open at exit (HR020)
//   static      a handle that ends with the static objects
//   named       as open, with a name of many pages
//   two         as open, twice at one line, with names
//   signalled   as open; a SIGPIPE from somebody else is blocked until the report has been written
//   moved       as open, in another directory
//   waiting     as open, after "ready" on stdout and the end of stdin
//   buffered    as ring, with words kept back by std::cout and stdio
//   fork        as open, and so does a child of it
//   ring        a file whose own cleanup holds it (HR001), and the handle (HR020)
//   standard    a std::shared_ptr to a session, held by a cleanup of the file in it (HR001, full)
//   cycle       two objects that refer to each other, and nothing collects (HR021)
//   collected   the same, collected
//   undeclared  an object with an edge that its class does not declare (HR005)
//   asked       as ring, broken before the exit; prints what scoped_check and check_now() find
//   status      ends with status 3
//   failing     as ring, and ends with status 3
//   crash       ends by a signal
//   unreadable  as clean, with an object whose edges kill the frozen copy that reads them
//   environment prints HANDRAIL_DEBUG and LD_PRELOAD

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using handrail::file;

void leak_open(char const* path) {
    auto* const leaked = new file(file::open(path, file::read_only));
    leaked->is_open();
}

void fork_and_leak(char const* path) {
    if (pid_t const child = ::fork(); child == 0) {
        leak_open(path);
        std::exit(0);
    } else {
        ::waitpid(child, nullptr, 0);
    }
    leak_open(path);
}

void leak_ring(char const* path) {
    auto const shared = handrail::make<file>(file::open(path, file::read_only));
    handrail::add_cleanup(shared, handrail::capturing([shared] { shared->close(); }));
}

void print_ids(handrail::leak_check::report const& r) {
    for (auto const& each : r.findings) {
        std::cout << each.id << ' ';
    }
    std::cout << std::endl;
}

void leak_and_ask(char const* path) {
    handrail::leak_check::scoped_check check;
    auto const shared = handrail::make<file>(file::open(path, file::read_only));
    auto token = handrail::add_cleanup(shared, handrail::capturing([shared] { shared->close(); }));
    print_ids(check.finish());
    print_ids(handrail::leak_check::check_now());
    token.stop();
}

void leak_named(char const* path) {
    auto* const leaked = new file(file::open(path, file::read_only));
    handrail::leak_check::set_name(*leaked, std::string(20'000, 'n'));
}

// Opened at one line.
void leak_two(char const* path) {
    for (char const* const name : {"one", "two"}) {
        auto* const leaked = new file(file::open(path, file::read_only));
        handrail::leak_check::set_name(*leaked, name);
    }
}

bool lets_signal_through = false;
// After what is registered to run at exit.
[[gnu::destructor]] void let_signal_through() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    if (lets_signal_through) {
        ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    }
}

void block_signal() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::raise(SIGPIPE);
    lets_signal_through = true;
}

void keep_words_back() {
    std::ios::sync_with_stdio(false);
    std::cout << "of std::cout\n";
    std::fputs("of stdio\n", stdout);
}

struct node {
    handrail::edge<node> next;
    using managed_edges = handrail::edges<&node::next>;
};

struct session {
    int number;
    file log;
};

void leak_standard(char const* path) {
    auto const shared = std::make_shared<session>(session{1, file::open(path, file::read_only)});
    handrail::add_cleanup(shared->log, handrail::capturing([shared] { shared->log.close(); }));
}

void leak_cycle() {
    auto const a = handrail::make<node>();
    auto const b = handrail::make<node>();
    a->next = b;
    b->next = a;
}

pid_t const program = ::getpid();

struct fatal;
struct fatal_edges : std::vector<handrail::edge<fatal>> {
    auto begin() const {
        if (::getpid() != program) {
            std::raise(SIGKILL);
        }
        return vector::begin();
    }
};
struct fatal {
    handrail::traced<fatal_edges> others;
    using managed_edges = handrail::edges<&fatal::others>;
};

struct forgetful {
    int before;
    handrail::edge<node> forgotten;
};

void print_environment() {
    for (char const* const name : {"HANDRAIL_DEBUG", "LD_PRELOAD"}) {
        char const* const value = std::getenv(name);
        std::cout << name << '=' << (value != nullptr ? value : "") << std::endl;
    }
}

using action = void (*)(char const* path);

// By the first argument of the program.
std::map<std::string, action> const actions{
    {"clean", [](char const*) {}},
    {"open", [](char const* path) { leak_open(path); }},
    {"named", [](char const* path) { leak_named(path); }},
    {"two", [](char const* path) { leak_two(path); }},
    {"signalled",
     [](char const* path) {
         block_signal();
         leak_open(path);
     }},
    {"waiting",
     [](char const* path) {
         std::cout << "ready" << std::endl;
         std::cin.ignore(std::numeric_limits<std::streamsize>::max());
         leak_open(path);
     }},
    {"buffered",
     [](char const* path) {
         keep_words_back();
         leak_ring(path);
     }},
    {"static",
     [](char const* path) { static file const kept = file::open(path, file::read_only); }},
    {"fork", [](char const* path) { fork_and_leak(path); }},
    {"ring", [](char const* path) { leak_ring(path); }},
    {"standard", [](char const* path) { leak_standard(path); }},
    {"cycle", [](char const*) { leak_cycle(); }},
    {"collected",
     [](char const*) {
         leak_cycle();
         handrail::heap::global().collect();
     }},
    {"undeclared", [](char const*) { static_cast<void>(handrail::make<forgetful>()); }},
    {"unreadable", [](char const*) { new handrail::shared<fatal>(handrail::make<fatal>()); }},
    {"asked", [](char const* path) { leak_and_ask(path); }},
    {"crash", [](char const*) { std::raise(SIGTERM); }},
    {"environment", [](char const*) { print_environment(); }},
};

int run(std::string const& what, char const* path) {
    if (what == "status") {
        return 3;
    }
    if (what == "failing") {
        leak_ring(path);
        return 3;
    }
    if (what == "moved") {
        leak_open(path);
        return ::chdir("/");
    }
    auto const wanted = actions.find(what);
    if (wanted == actions.end()) {
        return 2;
    }
    wanted->second(path);
    return 0;
}

}  // namespace

// What leaks on purpose is not LeakSanitizer's to tell. Here, because a set-user-id program does
// not see the sanitizer's environment.
extern "C" [[gnu::visibility("default")]] char const* __asan_default_options() {
    return "detect_leaks=0";
}

int main(int argc, char** argv) {
    return argc < 2 ? 2 : run(argv[1], argc < 3 ? "/dev/null" : argv[2]);
}
